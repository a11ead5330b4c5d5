// SPDX-License-Identifier: Apache-2.0
// Turns one node's samples into rates and totals.
import type { LivePod, LiveSample } from "@nfaas/domain";
import { differencePod } from "./difference.ts";
import { addPod, type Tally } from "./tally.ts";

/** Samples nearer than this (milliseconds) can't be told apart well enough for a rate. */
const intervalMsMin = 100;

interface Seen {
  time: number;
  pod: LivePod;
}

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

export class NodeMeter {
  readonly #seen = new Map<string, Seen>();

  accept(sample: LiveSample): Reading | undefined {
    const reading: Reading = { rates: new Map(), increase: new Map(), cpu: new Map(), comparable: false };
    for (const pod of sample.pods) {
      const before = this.#seen.get(pod.pod);
      // A repeated or late sample says nothing new.
      if (before && sample.time - before.time < intervalMsMin && before.pod.epoch === pod.epoch)
        return undefined;
    }
    for (const pod of sample.pods) this.#read(pod, sample.time, reading);
    const present = new Set(sample.pods.map(({ pod }) => pod));
    for (const name of this.#seen.keys()) if (!present.has(name)) this.#seen.delete(name);
    return reading;
  }

  #read(pod: LivePod, time: number, reading: Reading): void {
    const before = this.#seen.get(pod.pod);
    this.#seen.set(pod.pod, { time, pod });
    const difference = differencePod(pod, before?.pod);
    if (!before || !difference) {
      // Of a pod met for the first time, what it counted so far belongs to the totals, not to this second.
      addPod(reading.increase, pod, 1);
      addGauges(reading.rates, pod);
      return;
    }
    const seconds = (time - before.time) / 1000;
    addPod(reading.increase, difference, 1);
    addPod(reading.rates, difference, 1 / seconds);
    reading.cpu.set(pod.pod, cpuOf(difference, seconds));
    reading.comparable = true;
  }
}

function cpuOf({ ioCpuNs, tenants }: LivePod, seconds: number): PodCpu {
  const cores = (nanoseconds: number): number => nanoseconds / 1e9 / seconds;
  return { io: cores(ioCpuNs), tenants: new Map(tenants.map(({ tenant, cpuNs }) => [tenant, cores(cpuNs)])) };
}

/** Flows are known at once; rates are not. */
function addGauges(rates: Tally, pod: LivePod): void {
  const tenants = pod.tenants.map((tenant) => ({ ...tenant, cpuNs: 0, cycles: 0, drops: [] }));
  addPod(rates, { ...pod, tenants, views: [] }, 0);
}
