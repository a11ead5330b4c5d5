// SPDX-License-Identifier: Apache-2.0
import http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ExplainRecord, ExplainRequest } from "@nfaas/domain";
import { afterEach, describe, expect, test } from "vitest";
import { ErrorCode } from "../errors.ts";
import type { TenantScope } from "../scope.ts";
import { type Services, setServices } from "../services.ts";
import { explainPackets } from "./explain-packets.ts";

const scope: TenantScope = { tenant: { id: "1", name: "acme" }, actor: { id: null, name: "test" } };
const input = { flow: { protocol: "icmp" }, packets: 2 } as const;

interface FakeAgent {
  node: string;
  address: string;
  asked: ExplainRequest[];
  tokens: (string | undefined)[];
}
const servers: http.Server[] = [];

/** An agent whose gateway marks one packet of the numbers it was given, and others saw one of another explanation. */
async function agent(node: string, status = 200): Promise<FakeAgent> {
  const asked: ExplainRequest[] = [];
  const tokens: (string | undefined)[] = [];
  const server = http.createServer(async (request, response) => {
    tokens.push(request.headers.authorization);
    if (request.method === "POST") {
      asked.push(JSON.parse(await text(request)) as ExplainRequest);
      response.writeHead(status).end(status === 200 ? "{}" : "no");
      return;
    }
    const trace = asked.at(-1)?.firstTrace ?? 0;
    const hop = { viewUid: "uid", verdict: "left", ttl: 61, direction: "forward" } as const;
    const records: Partial<ExplainRecord>[] = [
      { ...hop, trace, pod: `gateway-${node}` },
      { ...hop, trace: trace === 1 ? 250 : 1, pod: "of another" },
    ];
    response.end(JSON.stringify(records));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { node, address: `http://127.0.0.1:${port}`, asked, tokens };
}

function serve(agents: readonly Pick<FakeAgent, "node" | "address">[]): void {
  const world = {
    ready: async () => {},
    tenants: { get: (name: string) => (name === "acme" ? { spec: { tenantId: 7 } } : undefined) },
    nodes: {
      list: () =>
        agents.map(({ node, address }) => ({ metadata: { name: node }, status: { agentAddress: address } })),
    },
    views: { list: () => [{ metadata: { uid: "uid" }, spec: { chain: "web", revision: 4 } }] },
  };
  setServices({ world, env: { agentToken: "secret" } } as unknown as Services);
}

afterEach(() => {
  setServices(undefined);
  for (const server of servers.splice(0)) server.close();
});

describe("explaining packets", () => {
  test("gives every node numbers of its own, and puts together what all of them tell", async () => {
    const [a, b] = [await agent("a"), await agent("b")];
    serve([a, b]);
    const begin = performance.now();
    const { packets, missingNodes, tookMs } = await explainPackets(scope, input);
    expect(tookMs, "what it says it took").toBeLessThanOrEqual(Math.ceil(performance.now() - begin));
    expect(tookMs).toBeGreaterThan(0);
    const [first, second] = [a.asked[0] as ExplainRequest, b.asked[0] as ExplainRequest];
    expect(first).toMatchObject({ tenantId: 7, packets: 2, flow: { protocol: "icmp" } });
    expect(first.firstTrace + first.traces).toBeLessThanOrEqual(second.firstTrace);
    expect(second.firstTrace + second.traces).toBeLessThanOrEqual(256);
    expect(packets.map(({ trace, chain, revision }) => [trace, chain, revision])).toEqual([
      [first.firstTrace, "web", 4],
      [second.firstTrace, "web", 4],
    ]);
    expect(missingNodes).toEqual([]);
    expect(new Set([...a.tokens, ...b.tokens])).toEqual(new Set(["Bearer secret"]));
  });

  test("does not take a straggler of the explanation before for one of its own", async () => {
    const a = await agent("a");
    serve([a]);
    await explainPackets(scope, input);
    await explainPackets(scope, input);
    const [before, now] = a.asked.map(({ firstTrace, traces }) => [firstTrace, firstTrace + traces]);
    expect(before?.[0] === now?.[0]).toBe(false);
    expect((now?.[0] ?? 0) >= (before?.[1] ?? 0) || (before?.[0] ?? 0) >= (now?.[1] ?? 0)).toBe(true);
  });

  test("says which node's agent did not answer, and tells what the others know", async () => {
    const a = await agent("a");
    serve([a, { node: "b", address: "http://127.0.0.1:9" }]);
    const { packets, missingNodes } = await explainPackets(scope, input);
    expect(packets).toHaveLength(1);
    expect(missingNodes).toEqual(["b"]);
  });

  test("says that another explanation of the tenant runs", async () => {
    serve([await agent("a", 409)]);
    await expect(explainPackets(scope, input)).rejects.toMatchObject({ code: ErrorCode.ExplainBusy });
  });

  test("says what the data plane has against the flow", async () => {
    serve([await agent("a", 400)]);
    await expect(explainPackets(scope, input)).rejects.toMatchObject({ code: ErrorCode.InputInvalid });
  });
});
