// SPDX-License-Identifier: Apache-2.0
// As much of a browser as a sign-in needs: cookies by host and path, redirects, forms. Requests to the console's URL go
// straight to its route functions; everything else over HTTP.
import { handleTrpc } from "../api/handler.ts";
import { handleCallback, handleSignIn, handleSignOut } from "../auth/routes.ts";
import { services } from "../services.ts";

interface Stored {
  host: string;
  path: string;
  name: string;
  value: string;
  attributes: string;
}

export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  text: string;
}

async function toConsole(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/auth/sign-in") return handleSignIn(request);
  if (pathname === "/api/auth/sign-out") return handleSignOut(request);
  if (pathname.startsWith("/api/trpc/")) return handleTrpc(request);
  const provider = /^\/api\/auth\/callback\/([^/]+)$/.exec(pathname)?.[1];
  return provider ? handleCallback(request, provider) : new Response("a page");
}

export class Browser {
  cookies: Stored[] = [];

  /** One request; redirects are the caller's. */
  async request(url: string, init: RequestInit = {}): Promise<Answer> {
    const target = new URL(url, services().env.url);
    const headers = new Headers(init.headers);
    const own = this.cookies.filter(
      ({ host, path }) => host === target.host && target.pathname.startsWith(path),
    );
    if (own.length > 0) headers.set("cookie", own.map(({ name, value }) => `${name}=${value}`).join("; "));
    const request = new Request(target, { ...init, headers, redirect: "manual" });
    const response = await (target.origin === services().env.url ? toConsole(request) : fetch(request));
    for (const cookie of response.headers.getSetCookie()) this.#store(target.host, cookie);
    return {
      url: target.href,
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    };
  }

  /** Follows redirects to a page. */
  async open(url: string, init: RequestInit = {}): Promise<Answer> {
    let answer = await this.request(url, init);
    for (let hops = 0; answer.headers.get("location") && hops < 10; hops++) {
      answer = await this.request(new URL(answer.headers.get("location") ?? "", answer.url).href);
    }
    return answer.text.includes("forms[0].submit()") ? this.#submit(answer) : answer;
  }

  /** What a page's script does that sends its form by itself. */
  #submit({ url, text }: Answer): Promise<Answer> {
    const action = /action="([^"]+)"/.exec(text)?.[1] ?? "";
    const inputs = [...text.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
    const body = new URLSearchParams(inputs.map(([, name = "", value = ""]) => [name, value]));
    return this.open(new URL(action, url).href, { method: "POST", body });
  }

  /** A POST from one of the console's own pages. */
  post(path: string, body: unknown, origin = services().env.url): Promise<Answer> {
    const text = JSON.stringify(body);
    const length = String(Buffer.byteLength(text));
    const headers = { "content-type": "application/json", "content-length": length, origin };
    return this.request(path, { method: "POST", headers, body: text });
  }

  /** Types the mail address, then, at the provider, the password. Ends where the browser ends. */
  async signIn(email: string, password: string, returnTo = "/"): Promise<Answer> {
    const start = await this.post("/api/auth/sign-in", { email, returnTo });
    const page = await this.open(JSON.parse(start.text).redirectTo);
    if (!page.text.includes("<form")) return page;
    const body = new URLSearchParams({ email, password });
    return this.open(page.url, { method: "POST", body });
  }

  async me(): Promise<Answer> {
    return this.request("/api/trpc/session.me");
  }

  #store(host: string, header: string): void {
    const [pair = "", ...attributes] = header.split("; ");
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (key: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = attribute("path") ?? "/";
    this.cookies = this.cookies.filter(
      (old) => !(old.host === host && old.name === name && old.path === path),
    );
    const expired = attribute("max-age") === "0" || Date.parse(attribute("expires") ?? "9999") < Date.now();
    if (!expired) this.cookies.push({ host, path, name, value, attributes: attributes.join("; ") });
  }
}
