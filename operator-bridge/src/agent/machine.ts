// SPDX-License-Identifier: Apache-2.0
// What the node has. Linux only; what can't be read is left out.
import { readdirSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";

export interface MachineFacts {
  cpus: number;
  memoryBytes: number;
  /** Free 2 MiB pages. */
  hugepagesFree?: number;
  virtualFunctions?: number;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Virtual functions are PCI devices that name their physical function (sysfs-bus-pci, "physfn"). */
const countVirtualFunctions = (): number =>
  readdirSync("/sys/bus/pci/devices").filter(
    (device) => attempt(() => readdirSync(`/sys/bus/pci/devices/${device}/physfn`)) !== undefined,
  ).length;

const hugepages = "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages";

export const machineFacts = (): MachineFacts => ({
  cpus: cpus().length,
  memoryBytes: totalmem(),
  hugepagesFree: attempt(() => Number(readFileSync(hugepages, "utf8"))),
  virtualFunctions: attempt(countVirtualFunctions),
});
