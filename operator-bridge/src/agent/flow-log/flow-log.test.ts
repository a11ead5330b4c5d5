// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import type { Fields, Logger } from "../../log.ts";
import {
  type DesiredState,
  DesiredStateSchema,
  Direction,
  DropReason,
  FlowLogResponseSchema,
} from "../generated/nfaas_dataplane_pb.ts";
import { loggingTenants } from "./entries.ts";
import { FlowLog, type FlowLogPod } from "./flow-log.ts";

const firewall = (logOneIn: number, ruleOneIn = 0) => ({
  kind: { case: "firewall" as const, value: { logOneIn, rules: [{ name: "web", logOneIn: ruleOneIn }] } },
});
const state = create(DesiredStateSchema, {
  views: [
    { tenantId: 1, nodes: [firewall(100)] },
    { tenantId: 1, nodes: [firewall(0, 5)] },
    { tenantId: 2, nodes: [firewall(0)] },
    { tenantId: 3, nodes: [firewall(0, 1)] },
  ],
});

class FakePod implements FlowLogPod {
  readonly pod = "firewall-0";
  readonly asked: [number, bigint][] = [];
  readonly session: {
    pid: number;
    applied: { message: DesiredState };
    flowLog: FlowLogPod["session"]["flowLog"];
  };
  constructor(views = state) {
    this.session = {
      pid: 10,
      applied: { message: views },
      flowLog: async (tenantId, after) => {
        this.asked.push([tenantId, after]);
        return create(FlowLogResponseSchema, {
          last: after + 1n,
          lost: 2n,
          entries: [
            {
              ageNs: 5_000_000_000n,
              viewId: 3,
              node: "fw",
              direction: Direction.FORWARD,
              source: Uint8Array.of(10, 1, 0, 2),
              destination: Uint8Array.of(10, 2, 0, 2),
              protocol: 6,
              sourcePort: 4000,
              destinationPort: 81,
              reason: DropReason.DENIED,
              byDefault: true,
              oneIn: 100,
            },
          ],
        });
      },
    };
  }
}

function recorder(): { logger: Logger; lines: [string, Fields | undefined][] } {
  const lines: [string, Fields | undefined][] = [];
  const note = (message: string, fields?: Fields) => void lines.push([message, fields]);
  return { logger: { info: note, warn: note, error: note }, lines };
}
const oneTenant = create(DesiredStateSchema, { views: [{ tenantId: 1, nodes: [firewall(1)] }] });

it("asks for tenants with a firewall that logs, as a whole or by a rule, and no other", () => {
  expect(loggingTenants(state)).toEqual([1, 3]);
});

it("asks on from what it has, and from the start of another process", async () => {
  const pod = new FakePod(oneTenant);
  const log = new FlowLog(() => [pod], recorder().logger);
  await log.read();
  await log.read();
  pod.session.pid = 11;
  await log.read();
  expect(pod.asked).toEqual([
    [1, 0n],
    [1, 1n],
    [1, 0n],
  ]);
});

it("tells each flow in a line, with what was lost, and keeps it for who asks", async () => {
  const { logger, lines } = recorder();
  const log = new FlowLog(() => [new FakePod(oneTenant)], logger);
  await log.read();
  expect(lines.map(([message]) => message)).toEqual(["flows not logged", "flow"]);
  expect(lines[1]?.[1]).toMatchObject({
    source: "10.1.0.2",
    destinationPort: 81,
    verdict: "denied",
    rule: "",
  });
  expect(log.recent(1)).toMatchObject([
    { pod: "firewall-0", node: "fw", viewId: 3, oneIn: 100, destination: "10.2.0.2" },
  ]);
  expect(log.recent(2)).toEqual([]);
});

it("keeps the latest thousand of a tenant", async () => {
  const log = new FlowLog(() => [new FakePod(oneTenant)], recorder().logger);
  for (let i = 0; i < 1_003; i += 1) await log.read();
  expect(log.recent(1)).toHaveLength(1_000);
});

it("goes on when a pod does not answer", async () => {
  const dead = new FakePod(oneTenant);
  dead.session.flowLog = () => Promise.reject(new Error("gone"));
  const log = new FlowLog(() => [dead, new FakePod(oneTenant)], recorder().logger);
  await log.read();
  expect(log.recent(1)).toHaveLength(1);
});
