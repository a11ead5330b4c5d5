// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";
import { HostProcess } from "./host-process.ts";
import {
  httpPorts,
  iperfPort,
  type LabTenant,
  labHost,
  labTenants,
  serverAddress,
  serverAddress6,
} from "./topology.ts";

const megabit = 1_000_000;
const rateMin = 5 * megabit;
const rateMax = 40 * megabit;
/** One slow wave of the load, in seconds, and how long each step of it is. */
const wavePeriod = 240;
const stepSeconds = 10;

/**
 * What the steady stream of a tenant sends, in bits/s: a slow wave, so that the screen moves; tenants are half a wave apart.
 * @param seconds since any fixed moment
 */
export function streamRate(seconds: number, tenant: LabTenant): number {
  const phase = labTenants.indexOf(tenant) / labTenants.length;
  const wave = (1 + Math.sin(2 * Math.PI * (seconds / wavePeriod + phase))) / 2;
  return Math.round(rateMin + wave * (rateMax - rateMin));
}

type Log = (line: string) => void;

/** HTTP on 80 and 81 and an iperf3 server, in each tenant's server. */
export function startServers(instance: string, log: Log): HostProcess[] {
  const httpServer = fileURLToPath(new URL("./http-server.mjs", import.meta.url));
  return labTenants.flatMap((tenant) => {
    const host = labHost(instance, tenant, "server");
    const http = [process.execPath, httpServer, tenant, ...httpPorts.map(String)];
    // A client that died amid a test would leave the server busy: it starts over after a silence.
    const iperf = ["iperf3", "--server", "--port", String(iperfPort), "--idle-timeout", "15"];
    return [new HostProcess(host, () => http, log), new HostProcess(host, () => iperf, log)];
  });
}

/** Pings over IPv4 and IPv6 and an HTTP request each second, and a TCP stream, from a tenant's client, for ever. */
export function startTraffic(instance: string, tenant: LabTenant, log: Log): HostProcess[] {
  const host = labHost(instance, tenant, "client");
  const requests = `http://${serverAddress}/?request=[1-3600]`;
  const http = [
    "curl",
    "--silent",
    "--rate",
    "60/m",
    "--max-time",
    "5",
    "--header",
    "Connection: close",
    requests,
  ];
  const stream = () => {
    const rate = streamRate(Date.now() / 1000, tenant);
    const limits = ["--bitrate", String(rate), "--time", String(stepSeconds), "--connect-timeout", "3000"];
    return ["iperf3", "--client", serverAddress, "--port", String(iperfPort), ...limits];
  };
  return [
    new HostProcess(host, () => ["ping", "-q", "-i", "1", serverAddress], log),
    new HostProcess(host, () => ["ping", "-q", "-i", "1", serverAddress6], log),
    new HostProcess(host, () => http, log),
    new HostProcess(host, stream, log),
  ];
}
