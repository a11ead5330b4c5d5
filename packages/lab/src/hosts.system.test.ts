// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { runCommand } from "./command.ts";
import { createHosts, leftoverHosts, removeHosts } from "./hosts.ts";
import { Lab } from "./lab.ts";
import { labHost } from "./topology.ts";

const instance = `t${randomBytes(2).toString("hex")}`;

afterEach(() => removeHosts(instance));

it("makes hosts that reach their router's wire, twice without harm, and removes all of them", async () => {
  await createHosts(instance);
  await createHosts(instance);
  const lab = new Lab(instance);
  const { stdout } = await lab.exec("acme", "client", ["ip", "-j", "route", "show", "default"]);
  expect(JSON.parse(stdout)).toMatchObject([{ gateway: "10.0.1.1", dev: "eth0" }]);

  // What the host sends arrives at the edge interface, with the checksum done.
  const edge = labHost(instance, "acme", "client").edgeInterface;
  const offloads = await runCommand(
    "ip",
    "netns",
    "exec",
    labHost(instance, "acme", "client").namespace,
    "ethtool",
    "-k",
    "eth0",
  );
  expect(offloads).toMatch(/^tx-checksumming: off/m);
  const before = Number(await runCommand("cat", `/sys/class/net/${edge}/statistics/rx_packets`));
  expect(await lab.ping("acme", { count: 2, intervalSeconds: 0.05 })).toMatchObject({ received: 0 });
  expect(Number(await runCommand("cat", `/sys/class/net/${edge}/statistics/rx_packets`))).toBeGreaterThan(
    before,
  );

  await removeHosts(instance);
  expect(leftoverHosts(instance)).toEqual({ namespaces: [], interfaces: [] });
});
