// SPDX-License-Identifier: Apache-2.0
// Turns one node's samples into rates and totals.
import type { LivePod, LiveSample } from "@nfaas/domain";
import { differencePod } from "./difference.ts";
import { addPod, addTally, type Tally } from "./tally.ts";

/** Counts nearer than this (milliseconds) can't be told apart well enough for a rate. */
const intervalMsMin = 100;
/** A pod that gives no newer count keeps its last rate for this long (milliseconds); then it has none. */
const heldMs = 3_000;

/** In cores. */
export interface PodCpu {
  io: number;
  /** The tenants' workers in this pod, by tenant. */
  tenants: Map<string, number>;
}

export interface Reading {
  /** Per second. */
  rates: Tally;
  /** By pod; only of those that could be compared. */
  cpu: Map<string, PodCpu>;
  /** What came on top since the reading before. */
  increase: Tally;
  /** False while nothing could be compared yet, e.g. at the first sample. */
  comparable: boolean;
}

interface Seen {
  /** The newest count, with every view of this epoch that was ever seen. */
  pod: LivePod;
  rates: Tally;
  /** Undefined until two counts could be compared. */
  cpu: PodCpu | undefined;
}

export class NodeMeter {
  /** By pod name; names are few and come back, so none is ever forgotten: its totals would be counted twice. */
  readonly #seen = new Map<string, Seen>();

  accept(sample: LiveSample): Reading {
    const reading: Reading = { rates: new Map(), increase: new Map(), cpu: new Map(), comparable: false };
    for (const pod of sample.pods) {
      if (pod.epoch !== "") this.#read(pod, reading);
      this.#report(pod.pod, sample.time, reading);
    }
    return reading;
  }

  #read(pod: LivePod, reading: Reading): void {
    const before = this.#seen.get(pod.pod);
    const isSameProcess = before?.pod.epoch === pod.epoch;
    if (isSameProcess && pod.time - before.pod.time < intervalMsMin) return;
    const difference = differencePod(pod, before?.pod);
    const rates: Tally = new Map();
    if (!before || !difference) {
      // Of a process met for the first time, what it counted so far belongs to the totals, not to this second.
      addPod(reading.increase, pod, 1);
      addPod(rates, gaugesOf(pod), 0);
      this.#seen.set(pod.pod, { pod, rates, cpu: undefined });
      return;
    }
    const seconds = (pod.time - before.pod.time) / 1000;
    addPod(reading.increase, difference, 1);
    addPod(rates, difference, 1 / seconds);
    const remembered = { ...pod, views: withAbsent(pod, before.pod) };
    this.#seen.set(pod.pod, { pod: remembered, rates, cpu: cpuOf(difference, seconds) });
  }

  #report(name: string, time: number, reading: Reading): void {
    const seen = this.#seen.get(name);
    if (!seen || time - seen.pod.time > heldMs) return;
    addTally(reading.rates, seen.rates);
    if (!seen.cpu) return;
    reading.cpu.set(name, seen.cpu);
    reading.comparable = true;
  }
}

/** A view that a sample leaves out and the next one has again must not seem to begin at zero. */
function withAbsent(now: LivePod, before: LivePod): LivePod["views"] {
  const present = new Set(now.views.map(({ uid }) => uid));
  return [...now.views, ...before.views.filter(({ uid }) => !present.has(uid)).slice(-absentViewsMax)];
}
const absentViewsMax = 1_000;

function cpuOf({ ioCpuNs, tenants }: LivePod, seconds: number): PodCpu {
  const cores = (nanoseconds: number): number => nanoseconds / 1e9 / seconds;
  return { io: cores(ioCpuNs), tenants: new Map(tenants.map(({ tenant, cpuNs }) => [tenant, cores(cpuNs)])) };
}

/** Flows are known at once; rates are not. */
const gaugesOf = (pod: LivePod): LivePod => ({
  ...pod,
  views: [],
  tenants: pod.tenants.map((tenant) => ({ ...tenant, cpuNs: 0, cycles: 0, drops: [] })),
});
