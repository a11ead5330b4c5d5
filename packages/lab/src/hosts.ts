// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { runCommand, tryCommand } from "./command.ts";
import { type LabHost, labHosts } from "./topology.ts";

const namespaceFolder = "/run/netns";

const namespaceExists = (name: string): boolean => existsSync(`${namespaceFolder}/${name}`);
const interfaceExists = (name: string): boolean => existsSync(`/sys/class/net/${name}`);

/** Run inside the namespace: no IPv6, whose neighbour discovery would be noise. */
const disableIpv6 =
  "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6";

async function createHost(host: LabHost): Promise<void> {
  const { namespace, edgeInterface, address, prefixLength, router } = host;
  const inside = (...command: string[]) => runCommand("ip", "netns", "exec", namespace, ...command);
  if (!namespaceExists(namespace)) await runCommand("ip", "netns", "add", namespace);
  await inside("sh", "-c", disableIpv6);
  if (!interfaceExists(edgeInterface))
    await runCommand(
      ..."ip link add".split(" "),
      edgeInterface,
      ..."type veth peer name eth0 netns".split(" "),
      namespace,
    );
  await runCommand("ip", "-n", namespace, "link", "set", "lo", "up");
  await runCommand("ip", "-n", namespace, "addr", "replace", `${address}/${prefixLength}`, "dev", "eth0");
  // Packets leave through a program, not a NIC: a checksum or a segmentation left to hardware would never be done.
  await inside("ethtool", "-K", "eth0", "tx", "off", "gro", "off");
  await runCommand("ip", "-n", namespace, "link", "set", "eth0", "up");
  await runCommand("ip", "-n", namespace, "route", "replace", "default", "via", router);
  await openEdge(edgeInterface);
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
