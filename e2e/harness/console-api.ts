// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph, FirewallRule } from "@nfaas/domain";
import type { APIRequestContext } from "@playwright/test";
import type { RouterInputs, RouterOutputs } from "@/server/api/router.ts";

type Areas = RouterInputs & RouterOutputs;
type Procedure<Area extends keyof Areas> = keyof RouterInputs[Area] & keyof RouterOutputs[Area] & string;

/** An error as the console's API answers it. */
export class ConsoleApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ConsoleApiError";
  }
}

/** The console's API as the signed-in browser calls it: same cookies, same origin, over HTTP. */
export class ConsoleApi {
  constructor(
    private readonly request: APIRequestContext,
    private readonly url: string,
  ) {}

  async query<A extends keyof Areas, P extends Procedure<A>>(
    area: A,
    procedure: P,
    input: RouterInputs[A][P],
  ): Promise<RouterOutputs[A][P]> {
    const query = new URLSearchParams({ input: JSON.stringify(input ?? {}) });
    const response = await this.request.get(`${this.url}/api/trpc/${String(area)}.${procedure}?${query}`);
    return this.#read(response);
  }

  async mutate<A extends keyof Areas, P extends Procedure<A>>(
    area: A,
    procedure: P,
    input: RouterInputs[A][P],
  ): Promise<RouterOutputs[A][P]> {
    const options = { data: input as object, headers: { origin: this.url } };
    const response = await this.request.post(`${this.url}/api/trpc/${String(area)}.${procedure}`, options);
    return this.#read(response);
  }

  async #read<T>(response: { status(): number; json(): Promise<unknown> }): Promise<T> {
    const body = (await response.json()) as {
      result?: { data: T };
      error?: { message: string; data: { appCode: string } };
    };
    if (body.error) throw new ConsoleApiError(response.status(), body.error.data.appCode, body.error.message);
    return (body.result as { data: T }).data;
  }
}

const position = (x: number) => ({ x, y: 0 });

/** client → fw → server with these rules; everything else is denied. */
export const lineGraph = (rules: FirewallRule[]): ChainGraph => ({
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position: position(0) },
    {
      kind: "function",
      name: "fw",
      function: "firewall",
      config: { rules, defaultAction: "deny" },
      position: position(320),
    },
    { kind: "attachment", name: "server", attachment: "server", position: position(640) },
  ],
  edges: [
    { name: "client-fw", from: "client", to: "fw" },
    { name: "fw-server", from: "fw", to: "server" },
  ],
});

const tcp = (name: string, port: number): FirewallRule => ({
  name,
  action: "allow",
  protocol: "tcp",
  destinationPorts: { first: port, last: port },
});

export const allowPing: FirewallRule = { name: "allow-ping", action: "allow", protocol: "icmp" };
export const allowHttp = tcp("allow-http", 80);
export const allowIperf = tcp("allow-iperf", 5201);
export const usualRules = [allowPing, allowHttp, allowIperf];
/** A rule that no packet of the lab meets: with it a graph is another one, with the same effect. */
export const spareRule = (n: number): FirewallRule => tcp(`spare-${n}`, 40_000 + n);
