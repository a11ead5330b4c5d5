// SPDX-License-Identifier: Apache-2.0
// Pods of a set are replaced, and taken away, under load: real processes, real TCP connections between real hosts.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { annotations, apiVersion, systemNamespace } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labHost, runCommand } from "../../../packages/lab/src/index.ts";
import { events, functionSets, gateways, pods, tenants } from "../../src/kubernetes/resources.ts";
import { publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { Stack } from "./stack.ts";

const connections = 300;
/** By as many flows, so that each pod of the set has some to count. */
const denied = 60;
/** A machine with little to spare takes its time. */
const patienceMs = 100_000;
const set = { namespace: systemNamespace, name: "firewall-shared" };
const tcpFlows = fileURLToPath(new URL("../../../dataplane/tests/smoke/tcp_flows.py", import.meta.url));

const graph = (revision: number) => ({
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    {
      name: "fw",
      function: "firewall",
      config: {
        rules: [
          { name: "ping", action: "allow", protocol: "icmp" },
          { name: "web", action: "allow", protocol: "tcp", destinationPorts: { first: 5_000, last: 5_000 } },
        ],
        defaultAction: "deny",
      },
    },
    { name: "server", attachment: "server" },
  ],
});

/** TCP connections on which, at the end, the server speaks first: only a firewall that knows them lets that pass. */
class Connections {
  readonly #children: ChildProcess[] = [];
  #server: ChildProcess | undefined;
  #said = "";

  constructor(readonly stack: Stack) {}

  async open(): Promise<void> {
    this.#server = this.#run("server", "serve", "5000");
    this.#server.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
    const { namespace } = labHost(this.stack.instance, "acme", "server");
    await eventually("a server", async () => {
      return (await runCommand("ip", "netns", "exec", namespace, "ss", "-ltnH")).includes(":5000");
    });
    this.#run("client", "connect", labHost(this.stack.instance, "acme", "server").address, "5000");
    await eventually("all connections", async () => this.#said.includes("all"), patienceMs);
  }

  /** How many of them went on. */
  async ask(): Promise<number> {
    this.#server?.kill("SIGUSR1");
    return Number(await eventually("answers", async () => /(\d+) of \d+/.exec(this.#said)?.[1], patienceMs));
  }

  close(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #run(side: "client" | "server", ...args: string[]): ChildProcess {
    const { namespace } = labHost(this.stack.instance, "acme", side);
    const command = ["netns", "exec", namespace, "setpriv", "--pdeathsig", "KILL", tcpFlows, ...args];
    const child = spawn("ip", [...command, String(connections)], { stdio: ["ignore", "pipe", "inherit"] });
    this.#children.push(child);
    return child;
  }
}

describe("pods of a set that go while they carry connections", () => {
  let stack: Stack;
  const podsOfSet = async () =>
    (await stack.client.list(pods, { namespace: systemNamespace })).items.filter(
      (p) => p.metadata.labels?.["nfaas.io/function-set"] === set.name,
    );
  const whenSetIs = (what: string, isSo: (uids: string[]) => boolean) =>
    eventually(
      what,
      async () => {
        const { status } = await stack.client.get(functionSets, set);
        const progressing = status?.conditions?.find((c) => c.type === "Progressing");
        const uids = (await podsOfSet()).map((p) => p.metadata.uid ?? "");
        if (!isSo(uids)) throw new Error(JSON.stringify({ uids, progressing }));
        return progressing?.status === "False" && progressing.reason === "Settled";
      },
      patienceMs,
    );
  /** Pings until the work is done; answers how many came back of how many. */
  const whilePinging = async (work: Promise<unknown>) => {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    const sum = { sent: 0, received: 0 };
    const pinging = (async () => {
      while (!isDone) {
        const { sent, received } = await stack.lab.ping("acme", { count: 100, intervalSeconds: 0.01 });
        sum.sent += sent;
        sum.received += received;
      }
    })();
    await done;
    await pinging;
    return sum;
  };

  const hearEachOther = async (...[a, b]: [string, string]) => {
    const headers = { authorization: `Bearer ${stack.token}` };
    const text = await (await fetch(`${stack.agentUrl}/metrics`, { headers })).text();
    const hears = (pod: string, member: string) => {
      const of = (name: string) =>
        new RegExp(`^nfaas_state_group_${name}\\{.*pod="${pod}",member="${member}"\\} (.+)$`, "m").exec(
          text,
        )?.[1];
      return of("connected") === "1" && Number(of("lag_seconds")) < 5;
    };
    return hears(a, b) && hears(b, a);
  };

  beforeAll(async () => {
    stack = await Stack.start();
    await publish(stack.client, "acme", "web", graph(1) as object);
    await whenSettled(stack.client, "acme", "web", 1);
    const { address } = labHost(stack.instance, "acme", "server");
    const { namespace } = labHost(stack.instance, "acme", "client");
    const send = `for i in {1..${denied}}; do echo > /dev/udp/${address}/9; done`;
    await runCommand("ip", "netns", "exec", namespace, "bash", "-c", send);
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("are all replaced with no connection lost and no outage", async () => {
    const flows = new Connections(stack);
    try {
      await flows.open();
      const before = (await podsOfSet()).map((p) => p.metadata.uid ?? "");
      const metadata = { annotations: { [annotations.restartedAt]: "now" } };
      await stack.client.patch(functionSets, set, { metadata });
      const { sent, received } = await whilePinging(
        whenSetIs("two other pods", (uids) => uids.length === 2 && !uids.some((uid) => before.includes(uid))),
      );
      expect(await flows.ask(), "connections that went on").toBe(connections);
      // A pod that waits for a CPU loses packets all the same, and they are retransmitted; an outage would be a tenth.
      expect(received / sent, `${received} of ${sent} pings`).toBeGreaterThan(0.97);
    } finally {
      flows.close();
    }
    const { items } = await stack.client.list(events, { namespace: systemNamespace });
    const reasons = items.filter((e) => e.involvedObject.name === set.name).map((e) => e.reason);
    expect(reasons.filter((r) => r === "PodDrained")).toHaveLength(2);
    expect(reasons).not.toContain("DrainDeadline");
  });

  it("are taken away with no connection lost and no outage", async () => {
    const flows = new Connections(stack);
    try {
      await flows.open();
      await stack.client.patch(functionSets, set, { spec: { replicas: 1 } });
      const { sent, received } = await whilePinging(whenSetIs("one pod", (uids) => uids.length === 1));
      expect(await flows.ask(), "connections that went on").toBe(connections);
      // A pod that waits for a CPU loses packets all the same, and they are retransmitted; an outage would be a tenth.
      expect(received / sent, `${received} of ${sent} pings`).toBeGreaterThan(0.97);
    } finally {
      flows.close();
    }
  });

  it("leave what they counted behind: the view they carried still accounts for every packet", async () => {
    await publish(stack.client, "acme", "web", graph(2) as object);
    const { status } = await whenSettled(stack.client, "acme", "web", 2);
    const retired = status?.retired?.at(-1);
    expect(retired).toMatchObject({ revision: 1, closed: true, lost: 0 });
    expect(retired?.dropped).toBeGreaterThanOrEqual(denied);
  });

  it("can be gateways of one state group: an attachment moves to the other one with its connections", async () => {
    const named = (name: string) => ({ namespace: systemNamespace, name });
    const west = await stack.client.get(gateways, named("west"));
    const spec = { edgePorts: west.spec.edgePorts, stateGroup: "west" };
    await stack.client.patch(gateways, named("west"), { spec });
    // At the same interface: what a router in front of both would do with the hosts' packets.
    await stack.client.create(gateways, { apiVersion, kind: "Gateway", metadata: named("west-2"), spec });
    const flows = new Connections(stack);
    try {
      await flows.open();
      await eventually(
        "both to hear each other",
        () => hearEachOther("gateway-west", "gateway-west-2"),
        patienceMs,
      );
      const { spec: tenant } = await stack.client.get(tenants, { name: "acme" });
      const attachments = tenant.attachments.map((a) =>
        a.gateway === "west" ? { ...a, gateway: "west-2" } : a,
      );
      await stack.client.patch(tenants, { name: "acme" }, { spec: { attachments } });
      await eventually(
        "pings by the other gateway",
        async () => (await stack.lab.ping("acme", { count: 1 })).received === 1,
        patienceMs,
      );
      await stack.client.delete(gateways, named("west"));
      await eventually("one gateway less", async () => {
        const { items } = await stack.client.list(pods, { namespace: systemNamespace });
        return !items.some((p) => p.metadata.name === "gateway-west");
      });
      expect(await flows.ask(), "connections that went on").toBe(connections);
    } finally {
      flows.close();
    }
  });
});
