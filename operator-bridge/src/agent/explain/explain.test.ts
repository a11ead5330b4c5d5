// SPDX-License-Identifier: Apache-2.0
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { ExplainRequest } from "@nfaas/domain";
import { describe, expect, it } from "vitest";
import { RefusedError } from "../control/control-client.ts";
import {
  Direction,
  DropReason,
  ErrorCode,
  ErrorSchema,
  ExplainReadResponseSchema,
  ExplainRecordSchema,
  type ExplainStartRequestSchema,
  ExplainVerdict,
  HopChoice,
} from "../generated/nfaas_dataplane_pb.ts";
import { type ExplainPod, markPackets, readRecords } from "./explain.ts";
import { explainRecord } from "./records.ts";

type Start = MessageInitShape<typeof ExplainStartRequestSchema>;

/** A pod whose gateway marks its packets after some looks. */
class FakePod implements ExplainPod {
  readonly started: Start[] = [];
  stops = 0;
  looks = 0;
  readonly session = {
    startExplain: async (request: Start) => {
      if (this.refusal !== undefined) {
        const { refusal: code } = this;
        throw new RefusedError(create(ErrorSchema, { code, field: "tenant_id", message: "refused" }));
      }
      this.started.push(request);
    },
    readExplain: async () => {
      this.looks += 1;
      const records = [{ trace: 1, node: "fw", verdict: ExplainVerdict.LEFT }];
      return create(ExplainReadResponseSchema, { running: this.looks < this.looksUntilDone, records });
    },
    stopExplain: async () => {
      this.stops += 1;
    },
  };
  constructor(
    readonly pod: string,
    readonly isGateway: boolean,
    readonly refusal?: ErrorCode,
    readonly looksUntilDone = 2,
  ) {}
}

const never = new AbortController().signal;
const request: ExplainRequest = {
  tenantId: 1,
  flow: { source: "10.1.0.2", destination: "10.2.0.0/24", protocol: "tcp", destinationPort: 80 },
  packets: 4,
  firstTrace: 100,
  traces: 50,
  waitMs: 5_000,
};

describe("marking packets", () => {
  it("starts every gateway with numbers of its own and no other pod, and stops them when they are done", async () => {
    const [west, east, firewall] = [new FakePod("w", true), new FakePod("e", true), new FakePod("f", false)];
    await markPackets([west, firewall, east], request, never);
    expect(firewall.started).toEqual([]);
    expect([west, east].map(({ started }) => started[0]?.firstTrace)).toEqual([100, 104]);
    expect(west.started[0]).toMatchObject({
      tenantId: 1,
      packets: 4,
      protocol: 6,
      destinationPort: 80,
      sourcePort: 0,
    });
    expect(west.started[0]?.source).toMatchObject({ address: Uint8Array.of(10, 1, 0, 2), length: 32 });
    expect([west.stops, east.stops]).toEqual([1, 1]);
  });

  it("asks for fewer packets when the numbers do not reach", async () => {
    const gateways = [new FakePod("w", true), new FakePod("e", true)];
    await markPackets(gateways, { ...request, traces: 5 }, never);
    expect(gateways.map(({ started }) => [started[0]?.firstTrace, started[0]?.packets])).toEqual([
      [100, 2],
      [102, 2],
    ]);
  });

  it("passes over gateways without the tenant", async () => {
    const [absent, there] = [new FakePod("w", true, ErrorCode.UNKNOWN_REFERENCE), new FakePod("e", true)];
    await markPackets([absent, there], request, never);
    expect(there.started).toHaveLength(1);
  });

  it("tells that another one runs, and stops what it has started", async () => {
    const [free, busy] = [new FakePod("w", true), new FakePod("e", true, ErrorCode.BUSY)];
    await expect(markPackets([free, busy], request, never)).rejects.toMatchObject({ status: 409 });
    expect([free.stops, busy.stops]).toEqual([1, 0]);
  });

  it("stops when the caller goes away", async () => {
    const pod = new FakePod("w", true, undefined, Number.POSITIVE_INFINITY);
    const gone = new AbortController();
    const marking = markPackets([pod], request, gone.signal);
    gone.abort();
    await marking;
    expect(pod.stops).toBe(1);
  });

  it.each([
    ["packets", { packets: 33 }],
    ["firstTrace", { firstTrace: 0 }],
    ["traces", { firstTrace: 250, traces: 7 }],
    ["waitMs", { waitMs: 60_000 }],
  ])("refuses %s out of range", async (name, change) => {
    const marking = markPackets([new FakePod("w", true)], { ...request, ...change }, never);
    await expect(marking).rejects.toMatchObject({ status: 400, message: expect.stringContaining(name) });
  });
});

describe("records", () => {
  it("name their pod", async () => {
    const records = await readRecords([new FakePod("w", true), new FakePod("f", false)], 1, 1000);
    expect(records.map(({ pod, node }) => [pod, node])).toEqual([
      ["w", "fw"],
      ["f", "fw"],
    ]);
  });

  it("of a pod that does not answer are missing, the others' are not", async () => {
    const dead = new FakePod("f", false);
    dead.session.readExplain = () => Promise.reject(new Error("gone"));
    const records = await readRecords([dead, new FakePod("w", true)], 1, 1000);
    expect(records.map(({ pod }) => pod)).toEqual(["w"]);
  });

  it("of a denied packet tell rule and reason in the console's words", () => {
    const wire = create(ExplainRecordSchema, {
      trace: 7,
      viewUid: "uid",
      viewId: 3,
      node: "fw",
      direction: Direction.REVERSE,
      verdict: ExplainVerdict.DROPPED,
      reason: DropReason.NEW_FLOW_LIMITED,
      rule: "web",
      cycles: 90,
      ttl: 62,
    });
    expect(explainRecord("firewall-0", wire)).toEqual({
      trace: 7,
      pod: "firewall-0",
      viewUid: "uid",
      viewId: 3,
      node: "fw",
      direction: "reverse",
      verdict: "dropped",
      reason: "new-flow-limited",
      rule: "web",
      byDefault: false,
      output: null,
      nextNode: null,
      backend: null,
      choice: null,
      cycles: 90,
      waitedNs: 0,
      ttl: 62,
    });
  });

  it("of a forwarded packet tell where it went and how that was chosen", () => {
    const wire = create(ExplainRecordSchema, {
      verdict: ExplainVerdict.FORWARDED,
      direction: Direction.FORWARD,
      nextNode: "server",
      backend: "gateway-east",
      choice: HopChoice.MAGLEV,
    });
    expect(explainRecord("p", wire)).toMatchObject({
      verdict: "forwarded",
      direction: "forward",
      reason: null,
      nextNode: "server",
      backend: "gateway-east",
      choice: "maglev",
    });
  });
});
