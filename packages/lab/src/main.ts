// SPDX-License-Identifier: Apache-2.0
import { createHosts, leftoverHosts, removeHosts } from "./hosts.ts";
import { type LabTenant, labTenants } from "./topology.ts";
import { startServers, startTraffic } from "./traffic.ts";

const usage = `usage: lab up | down | status | traffic
  up       make the hosts
  traffic  make the hosts, run their servers and the steady traffic until a signal ends it
           (NFAAS_LAB_TRAFFIC: the tenants that send, default ${labTenants.join(",")})
  status   what exists of them
  down     remove the hosts
environment: NFAAS_INSTANCE, the id that all names begin with`;

const log = (line: string) => process.stderr.write(`time=${new Date().toISOString()} part=lab ${line}\n`);

async function runTraffic(instance: string): Promise<void> {
  const wanted = (process.env.NFAAS_LAB_TRAFFIC ?? labTenants.join(",")).split(",");
  const senders = labTenants.filter((tenant: LabTenant) => wanted.includes(tenant));
  await createHosts(instance);
  const processes = [
    ...startServers(instance, log),
    ...senders.flatMap((tenant) => startTraffic(instance, tenant, log)),
  ];
  log(`event=running processes=${processes.length} senders=${senders.join(",") || "none"}`);
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => {
      for (const running of processes) running.stop();
    });
}

async function main(command: string | undefined, instance: string | undefined): Promise<number> {
  if (instance === undefined || !/^[a-z0-9]{1,6}$/.test(instance) || command === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  if (command === "up") await createHosts(instance);
  else if (command === "traffic") await runTraffic(instance);
  else if (command === "down") await removeHosts(instance);
  else if (command === "status")
    process.stdout.write(`${JSON.stringify(leftoverHosts(instance), null, 2)}\n`);
  else return main(undefined, instance);
  return 0;
}

process.exitCode = await main(process.argv[2], process.env.NFAAS_INSTANCE);
