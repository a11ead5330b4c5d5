// SPDX-License-Identifier: Apache-2.0
import type { LivePod, LiveSample, LiveView } from "@nfaas/domain";
import { describe, expect, test } from "vitest";
import { EventParser } from "./agent-stream.ts";
import { chainFrame, tenantFrame } from "./frames.ts";
import { NodeMeter, type Reading } from "./node-meter.ts";
import { Ring } from "./ring.ts";
import { addTally, ChainTally, type Tally, tallyOf } from "./tally.ts";

const amount = (packets: number) => ({ packets, bytes: packets * 100 });

const view = (packets: number, more: Partial<LiveView> = {}): LiveView => ({
  view: "tenant-acme/web-1",
  uid: more.view ?? "tenant-acme/web-1",
  tenant: "acme",
  chain: "web",
  viewId: 1,
  injected: amount(packets),
  entered: amount(0),
  copied: amount(0),
  left: amount(packets),
  handed: amount(0),
  drops: [],
  edges: [{ from: "client", to: "fw", direction: "forward", ...amount(packets) }],
  rules: [{ node: "fw", rule: "allow", ...amount(packets) }],
  latency: [],
  ...more,
});

const pod = (views: LiveView[], more: Partial<LivePod> = {}): LivePod => ({
  pod: "gateway-west",
  function: "gateway",
  epoch: "one",
  time: 0,
  ready: true,
  ioCpuNs: 0,
  malformedPackets: 0,
  links: [],
  tenants: [],
  views,
  ...more,
});

const sample = (seconds: number, ...pods: LivePod[]): LiveSample => ({
  node: "n",
  time: seconds * 1000,
  pods: pods.map((pod) => ({ ...pod, time: pod.time || seconds * 1000 })),
});
const pps = (reading: Reading | undefined): number =>
  reading?.rates.get("acme")?.chains.get("web")?.injected.packets ?? 0;
const total = (...readings: (Reading | undefined)[]): number => {
  const totals: Tally = new Map();
  for (const reading of readings) if (reading) addTally(totals, reading.increase);
  return tallyOf(totals, "acme").chain("web").injected.packets;
};

describe("rates of one node", () => {
  test("a rate is the counter's rise over the time between the samples, however long that was", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000)])));
    expect(pps(meter.accept(sample(1, pod([view(1_500)]))))).toBe(500);
    expect(pps(meter.accept(sample(5, pod([view(1_900)]))))).toBe(100);
  });

  test("the first sample of a pod gives no rate but counts for the totals", () => {
    const meter = new NodeMeter();
    const first = meter.accept(sample(0, pod([view(1_000_000)])));
    expect([first?.comparable, pps(first), total(first)]).toEqual([false, 0, 1_000_000]);
  });

  test("a pod that started anew never shows a negative rate, nor its whole count as a rate", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000_000)])));
    expect(pps(meter.accept(sample(1, pod([view(400)], { epoch: "two" }))))).toBe(0);
    expect(pps(meter.accept(sample(2, pod([view(700)], { epoch: "two" }))))).toBe(300);
  });

  test("a chain made anew, whose views have the old one's names, counts from nothing beside the old one's last counts", () => {
    const meter = new NodeMeter();
    const old = view(1_000);
    const anew = (packets: number) => view(packets, { uid: "uid-2" });
    meter.accept(sample(0, pod([old])));
    const readings = [
      meter.accept(sample(1, pod([anew(3), old]))),
      meter.accept(sample(2, pod([anew(5), old]))),
      meter.accept(sample(3, pod([anew(5)]))),
      meter.accept(sample(4, pod([anew(9)]))),
    ];
    expect([pps(readings[0]), pps(readings[1]), total(...readings)]).toEqual([3, 2, 9]);
  });

  test("totals neither lose nor repeat a packet over a restart of the pod", () => {
    const meter = new NodeMeter();
    const readings = [
      meter.accept(sample(0, pod([view(100)]))),
      meter.accept(sample(1, pod([view(150)]))),
      meter.accept(sample(2, pod([view(30)], { epoch: "two" }))),
      meter.accept(sample(3, pod([view(50)], { epoch: "two" }))),
    ];
    expect(total(...readings)).toBe(200);
  });

  test("a counter that falls within an epoch counts as no rise", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000)])));
    expect(pps(meter.accept(sample(1, pod([view(900)]))))).toBe(0);
  });

  test("a view that is new in a pod began at zero: its first packets show at once", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000)])));
    const second = view(40, { view: "tenant-acme/web-2", viewId: 2 });
    expect(pps(meter.accept(sample(1, pod([view(1_000), second]))))).toBe(40);
  });

  test("a view that is gone takes nothing with it", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000)])));
    expect(pps(meter.accept(sample(1, pod([]))))).toBe(0);
  });

  test("a rate is taken over the time between the pod's counts, not between the samples that carry them", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(0)], { time: 1 })));
    const late = meter.accept(sample(1, pod([view(1_500)], { time: 1_501 })));
    expect(pps(late)).toBe(1_000);
  });

  test("a count that comes twice adds nothing, and the rate stays for three seconds, then ends", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(0)], { time: 1 })));
    const same = pod([view(500)], { time: 1_001 });
    expect(pps(meter.accept(sample(1, same)))).toBe(500);
    const again = meter.accept(sample(2, same));
    expect([pps(again), total(again)]).toEqual([500, 0]);
    expect(pps(meter.accept(sample(5, same)))).toBe(0);
  });

  test("a process that doesn't answer for a while is counted neither twice nor at once", () => {
    const meter = new NodeMeter();
    const silent = pod([], { epoch: "", time: 0 });
    const readings = [
      meter.accept(sample(0, pod([view(1_000)]))),
      meter.accept(sample(1, silent)),
      meter.accept(sample(2, pod([view(1_400)]))),
    ];
    expect(pps(readings[2])).toBe(200);
    expect(total(...readings)).toBe(1_400);
  });

  test("a view that one sample leaves out doesn't come back as if it had begun at zero", () => {
    const meter = new NodeMeter();
    meter.accept(sample(0, pod([view(1_000_000)])));
    meter.accept(sample(1, pod([])));
    expect(pps(meter.accept(sample(2, pod([view(1_000_300)]))))).toBe(300);
  });

  test("pods and views of one chain add up", () => {
    const meter = new NodeMeter();
    const both = (packets: number) => [pod([view(packets)]), pod([view(packets)], { pod: "gateway-east" })];
    meter.accept(sample(0, ...both(0)));
    expect(pps(meter.accept(sample(1, ...both(250))))).toBe(500);
  });

  test("CPU is told in cores", () => {
    const meter = new NodeMeter();
    const tenant = {
      tenant: "acme",
      tenantId: 1,
      cycles: 0,
      sharedWorker: false,
      queueDepth: 0,
      queueCapacity: 1,
      buffers: 0,
      bufferQuota: 1,
      flows: 3,
      drops: [],
    };
    const busy = (ns: number) => pod([], { ioCpuNs: ns, tenants: [{ ...tenant, cpuNs: ns }] });
    meter.accept(sample(0, busy(0)));
    const cpu = meter.accept(sample(2, busy(1e9)))?.cpu.get("gateway-west");
    expect([cpu?.io, cpu?.tenants.get("acme")]).toEqual([0.5, 0.5]);
  });
});

describe("frames", () => {
  const tally = (packets: number): ChainTally => {
    const made = new ChainTally();
    const reverse = { from: "client", to: "fw", direction: "reverse" as const, ...amount(packets / 2) };
    const base = view(packets);
    const drops = [{ node: "fw", direction: "forward" as const, reason: "denied", ...amount(packets / 10) }];
    made.addView({ ...base, drops, edges: [...base.edges, reverse] }, 1);
    return made;
  };

  test("an edge tells both directions in bits and packets per second", () => {
    const { edges } = chainFrame(1, tally(100), tally(1_000));
    expect(edges).toEqual([
      {
        from: "client",
        to: "fw",
        forward: { bitsPerSecond: 80_000, packetsPerSecond: 100 },
        reverse: { bitsPerSecond: 40_000, packetsPerSecond: 50 },
      },
    ]);
  });

  test("a reason that dropped before but doesn't now keeps its total at rate zero", () => {
    const { drops } = chainFrame(1, new ChainTally(), tally(1_000));
    expect(drops).toEqual([{ node: "fw", reason: "denied", packetsPerSecond: 0, total: 100 }]);
  });

  test("a tenant's point is the sum of its chains", () => {
    const rates: Tally = new Map();
    tallyOf(rates, "acme").chain("web").add(tally(100));
    tallyOf(rates, "acme").chain("mail").add(tally(300));
    const acme = tallyOf(rates, "acme");
    const frame = tenantFrame(1, acme, acme);
    expect(frame.in.packetsPerSecond).toBe(400);
    expect(frame.chains.map(({ chain }) => chain)).toEqual(["mail", "web"]);
    expect(frame.droppedPacketsPerSecond).toBe(40);
  });

  test("what enters another chain goes out of one and into the other, and counts once for the tenant", () => {
    const meter = new NodeMeter();
    const chains = (handed: number) => [
      view(0, { injected: amount(handed), handed: amount(handed), left: amount(0) }),
      view(0, { view: "tenant-acme/far-1", chain: "far", entered: amount(handed), left: amount(handed) }),
    ];
    meter.accept(sample(0, pod(chains(100))));
    const acme = tallyOf(meter.accept(sample(1, pod(chains(150)))).rates, "acme");
    const frame = tenantFrame(1, acme, acme);
    const pps = ({ in: into, out }: typeof frame | (typeof frame.chains)[0]) => [
      into.packetsPerSecond,
      out.packetsPerSecond,
    ];
    expect(frame.chains.map(pps)).toEqual([
      [50, 50],
      [50, 50],
    ]);
    expect(pps(frame)).toEqual([50, 50]);
  });
});

describe("the ring", () => {
  test("keeps the newest, oldest first", () => {
    const ring = new Ring<number>(3);
    for (const n of [1, 2, 3, 4, 5]) ring.push(n);
    expect(ring.toArray()).toEqual([3, 4, 5]);
  });
});

describe("an agent's stream", () => {
  test("events arrive whole, wherever the network cuts them", () => {
    const text =
      'id: 1\nevent: sample\ndata: {"a":1}\n\n: ping\n\nevent: sample\ndata: {"a":2}\n\nevent: other\ndata: 3\n\n';
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new EventParser();
      const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(events).toEqual(['{"a":1}', '{"a":2}']);
    }
  });
});

test("a node's time in the pod is told of the packets of the last interval, over all pods and both directions", () => {
  const latency = (...buckets: number[]) => [
    { node: "fw", direction: "forward" as const, buckets, sumNs: 0 },
    { node: "fw", direction: "reverse" as const, buckets: buckets.map(() => 0), sumNs: 0 },
  ];
  const meter = new NodeMeter();
  meter.accept(sample(0, pod([view(0, { latency: latency(1_000_000, 0, 0, 0) })])));
  const reading = meter.accept(sample(1, pod([view(100, { latency: latency(1_000_000, 60, 40, 0) })])));
  const rates = reading?.rates.get("acme")?.chains.get("web") ?? new ChainTally();
  expect(chainFrame(1, rates, new ChainTally()).latency).toEqual([{ node: "fw", p50Ns: 512, p99Ns: 1024 }]);
  const idle = meter.accept(sample(2, pod([view(100, { latency: latency(1_000_000, 60, 40, 0) })])));
  const none = idle?.rates.get("acme")?.chains.get("web") ?? new ChainTally();
  expect(chainFrame(2, none, new ChainTally()).latency).toEqual([]);
});
