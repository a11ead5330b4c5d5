// SPDX-License-Identifier: Apache-2.0
// The hub against a real HTTP stream; the Kubernetes side is a list of nodes, which is all the hub reads of it.
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { DataplaneNode, LiveSample } from "@nfaas/domain";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../kubernetes/world.ts";
import { eventually } from "../test/eventually.ts";
import { followLive } from "./follow.ts";
import { TelemetryHub } from "./hub.ts";

const none = { packets: 0, bytes: 0 };
const token = "the agents' token";
let agent: Server;
let streams: ServerResponse[];
let hub: TelemetryHub;
let packets: number;

beforeEach(async () => {
  streams = [];
  packets = 0;
  agent = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    streams.push(response);
  });
  await new Promise<void>((resolve) => agent.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  hub?.stop();
  agent.closeAllConnections();
  await new Promise((resolve) => agent.close(resolve));
});

function start(): void {
  const agentAddress = `http://127.0.0.1:${(agent.address() as AddressInfo).port}`;
  const node = { metadata: { name: "n" }, spec: {}, status: { agentAddress } } as DataplaneNode;
  const world = { nodes: { list: () => [node] }, onChange: () => () => {} } as unknown as World;
  hub = new TelemetryHub(world, token);
  hub.start();
}

/** One more second of 1,000 packets. */
async function send(time: number): Promise<void> {
  packets += 1_000;
  const count = { packets, bytes: packets * 100 };
  const view = {
    view: "tenant-acme/web-1",
    uid: "uid-1",
    tenant: "acme",
    chain: "web",
    viewId: 1,
    injected: count,
    left: count,
  };
  const pod = {
    pod: "p",
    function: "gateway",
    epoch: "1",
    time,
    ready: true,
    ioCpuNs: 0,
    malformedPackets: 0,
    links: [],
    tenants: [],
  };
  const sample: LiveSample = {
    node: "n",
    time,
    pods: [
      {
        ...pod,
        views: [
          {
            ...view,
            entered: none,
            copied: none,
            handed: none,
            drops: [],
            edges: [],
            rules: [],
            latency: [],
          },
        ],
      },
    ],
  };
  await eventually(() => expect(streams.length).toBeGreaterThan(0));
  streams.at(-1)?.write(`event: sample\nid: ${time}\ndata: ${JSON.stringify(sample)}\n\n`);
}

describe("the hub", () => {
  test("shows an agent's figures as rates, and who is connected", async () => {
    start();
    await send(1_000);
    await send(2_000);
    await eventually(() => expect(hub.chainNow("acme", "web")?.in.packetsPerSecond).toBe(1_000));
    expect(hub.sources()).toEqual([{ node: "n", connected: true, sampleTime: 2_000 }]);
    expect(hub.tenantNow("globex")?.in.packetsPerSecond).toBe(0);
  });

  test("joins again when the stream breaks, and packets of the gap are neither lost nor shown twice", async () => {
    start();
    await send(1_000);
    await send(2_000);
    await eventually(() => expect(hub.chainNow("acme", "web")).not.toBeNull());
    streams.at(-1)?.destroy();
    streams = [];
    packets += 3_000;
    await send(6_000);
    await eventually(() => expect(hub.sources()[0]?.sampleTime).toBe(6_000));
    await eventually(() => expect(hub.chainNow("acme", "web")?.in.packetsPerSecond).toBe(1_000));
  });

  test("who reconnects with the last event's id gets what came since, and nothing twice", async () => {
    start();
    await send(1_000);
    await send(2_000);
    await eventually(() => expect(hub.points("acme", "web").length).toBeGreaterThan(0));
    const reader = { now: () => null, points: (since: number) => hub.points("acme", "web", since) };
    const leave = new AbortController();
    const first = await followLive(hub, reader, undefined, leave.signal).next();
    const [id = "", message] = first.value as unknown as [string, { history: { time: number }[] }];
    expect(message.history.at(-1)?.time).toBe(Number(id));
    const again = await followLive(hub, reader, id, leave.signal).next();
    const [, resumed] = again.value as unknown as [string, { history: { time: number }[] }];
    expect(resumed.history.every(({ time }) => time > Number(id))).toBe(true);
    leave.abort();
  });
});
