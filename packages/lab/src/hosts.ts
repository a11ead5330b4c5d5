// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { runCommand, tryCommand } from "./command.ts";
import { type LabHost, labHosts } from "./topology.ts";

const namespaceFolder = "/run/netns";

const namespaceExists = (name: string): boolean => existsSync(`${namespaceFolder}/${name}`);
const interfaceExists = (name: string): boolean => existsSync(`/sys/class/net/${name}`);

/**
 * Run inside the namespace, for all interfaces to come and for eth0. Routers are not solicited and no link-local address
 * is made: nothing would answer, and packets that no test sent would be counted.
 */
const setIpv6 = (on: boolean): string => {
  const settings = { disable_ipv6: on ? 0 : 1, accept_ra: 0, router_solicitations: 0, addr_gen_mode: 1 };
  return ["default", "eth0"]
    .flatMap((name) =>
      Object.entries(settings).map(([key, value]) => {
        const file = `/proc/sys/net/ipv6/conf/${name}/${key}`;
        return `[ ! -e ${file} ] || echo ${value} > ${file}`;
      }),
    )
    .join("; ");
};

/** Makes what is missing of it; `removeHosts` finds it by its names. */
export async function createHost(host: Omit<LabHost, "tenant" | "side">): Promise<void> {
  const { namespace, edgeInterface, address, prefixLength, router, ipv6 } = host;
  const inside = (...command: string[]) => runCommand("ip", "netns", "exec", namespace, ...command);
  if (!namespaceExists(namespace)) await runCommand("ip", "netns", "add", namespace);
  await inside("sh", "-c", setIpv6(ipv6 !== undefined));
  if (!interfaceExists(edgeInterface))
    await runCommand(
      ..."ip link add".split(" "),
      edgeInterface,
      ..."type veth peer name eth0 netns".split(" "),
      namespace,
    );
  await inside("sh", "-c", setIpv6(ipv6 !== undefined)); // eth0 may be older than the settings
  await runCommand("ip", "-n", namespace, "link", "set", "lo", "up");
  await runCommand("ip", "-n", namespace, "addr", "replace", `${address}/${prefixLength}`, "dev", "eth0");
  // Packets leave through a program, not a NIC: a checksum or a segmentation left to hardware would never be done.
  await inside("ethtool", "-K", "eth0", "tx", "off", "gro", "off");
  await runCommand("ip", "-n", namespace, "link", "set", "eth0", "up");
  await runCommand("ip", "-n", namespace, "route", "replace", "default", "via", router);
  if (ipv6 !== undefined) await addIpv6(namespace, ipv6);
  await openEdge(edgeInterface);
}

/** Without duplicate address detection: nobody else is on the link, and a server could not listen meanwhile. */
async function addIpv6(namespace: string, { address, router }: NonNullable<LabHost["ipv6"]>): Promise<void> {
  const command = ["ip", "-n", namespace, "-6"];
  await runCommand(...command, "addr", "replace", `${address}/64`, "dev", "eth0", "nodad");
  await runCommand(...command, "route", "replace", "default", "via", router);
}

/** The gateway owns the edge: the kernel of the root namespace must neither answer nor speak there. */
async function openEdge(name: string): Promise<void> {
  const ipv6 = `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`;
  if (existsSync(ipv6)) writeFileSync(ipv6, "1");
  await runCommand("ethtool", "-K", name, "tx", "off", "gro", "off");
  await runCommand("ip", "link", "set", name, "up", "arp", "off");
}

/** Makes what is missing of the lab's hosts; those that are there stay untouched in use. */
export async function createHosts(instance: string): Promise<void> {
  await Promise.all(labHosts(instance).map(createHost));
}

/** Removes every namespace and interface whose name begins with the instance's. */
export async function removeHosts(instance: string): Promise<void> {
  for (const name of leftoverHosts(instance).interfaces) await tryCommand(["ip", "link", "delete", name]);
  for (const name of leftoverHosts(instance).namespaces) await tryCommand(["ip", "netns", "delete", name]);
}

/** What exists of an instance's namespaces and of its interfaces in the root namespace. */
export function leftoverHosts(instance: string): { namespaces: string[]; interfaces: string[] } {
  const named = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${instance}-`)) : [];
  return { namespaces: named(namespaceFolder), interfaces: named("/sys/class/net") };
}
