// SPDX-License-Identifier: Apache-2.0
// The demo's identity providers: one issuer per realm at http://host:port/<realm>, each knowing its own people only.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWKS } from "oidc-provider";
import { type Realm, realms } from "../realms.ts";
import { addInteraction } from "./interaction.ts";
import { createRealmProvider, type DemoUser } from "./realm-provider.ts";

export interface IdentityProviderOptions {
  /** 0 = a free one. */
  port: number;
  /** Where the console is: codes are sent nowhere else. */
  consoleUrl: string;
  clientSecret: string;
  cookieSecret: string;
  keys: JWKS;
  users: readonly DemoUser[];
}
export interface IdentityProvider {
  url: string;
  stop(): Promise<void>;
}

const inRealm = (users: readonly DemoUser[], { mailDomain }: Realm): DemoUser[] =>
  users.filter(({ email }) => email.endsWith(`@${mailDomain}`));

function mount(options: IdentityProviderOptions, url: string, realm: Realm): RequestListener {
  const { consoleUrl, clientSecret, cookieSecret, keys } = options;
  const users = inRealm(options.users, realm);
  const issuer = `${url}/${realm.name}`;
  const provider = createRealmProvider({
    realm,
    issuer,
    consoleUrl,
    clientSecret,
    cookieSecret,
    keys,
    users,
  });
  addInteraction(provider, { realm, consoleUrl, users });
  return provider.callback();
}

/** Says which issuers there are, and so that the process is ready. */
function listIssuers(url: string, response: ServerResponse): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ demo: true, issuers: realms.map(({ name }) => `${url}/${name}`) }));
}

export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const mounted = new Map<string, RequestListener>();
  let url = "";
  const server = createServer((request: IncomingMessage & { originalUrl?: string }, response) => {
    const [, name = "", rest = "/"] = /^\/([a-z]+)(\/.*|$)/.exec(request.url ?? "") ?? [];
    const listener = mounted.get(name);
    if (listener) {
      // oidc-provider finds out by the difference of these two where it is mounted.
      request.originalUrl = request.url;
      request.url = rest || "/";
      return listener(request, response);
    }
    if (request.url === "/.well-known/openid-configuration") return listIssuers(url, response);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const realm of realms) mounted.set(realm.name, mount(options, url, realm));
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, stop };
}
