// SPDX-License-Identifier: Apache-2.0
import { annotations, systemNamespace } from "@nfaas/domain";
import { expect } from "vitest";
import { events, functionSets, pods } from "../../src/kubernetes/resources.ts";
import { eventually } from "../support/eventually.ts";
import { Connections, patienceMs } from "./connections.ts";
import type { Stack } from "./stack.ts";

/** A function set whose pods are replaced, or taken away, while they carry acme's connections and pings. */
export class SetUnderLoad {
  readonly #id: { namespace: string; name: string };

  constructor(
    readonly stack: Stack,
    readonly name: string,
  ) {
    this.#id = { namespace: systemNamespace, name };
  }

  /** Of its pods. */
  async uids(): Promise<string[]> {
    const { items } = await this.stack.client.list(pods, { namespace: systemNamespace });
    return items
      .filter((p) => p.metadata.labels?.["nfaas.io/function-set"] === this.name)
      .map((p) => p.metadata.uid ?? "");
  }

  /** Waits until its pods are so and nothing is left to do. */
  whenSettled(what: string, isSo: (uids: string[]) => boolean): Promise<unknown> {
    return eventually(
      what,
      async () => {
        const { status } = await this.stack.client.get(functionSets, this.#id);
        const progressing = status?.conditions?.find((c) => c.type === "Progressing");
        const uids = await this.uids();
        if (!isSo(uids)) throw new Error(JSON.stringify({ uids, progressing }));
        return progressing?.status === "False" && progressing.reason === "Settled";
      },
      patienceMs,
    );
  }

  /** Replaces all pods, two of them, and holds that to have cost nothing. */
  async replaceAll(connections: number): Promise<void> {
    const before = await this.uids();
    await this.#keeps(connections, async () => {
      const metadata = { annotations: { [annotations.restartedAt]: "now" } };
      await this.stack.client.patch(functionSets, this.#id, { metadata });
      const areNew = (uids: string[]) => uids.length === 2 && !uids.some((uid) => before.includes(uid));
      await this.whenSettled("two other pods", areNew);
    });
    const { items } = await this.stack.client.list(events, { namespace: systemNamespace });
    const reasons = items.filter((e) => e.involvedObject.name === this.name).map((e) => e.reason);
    expect(reasons.filter((r) => r === "PodDrained")).toHaveLength(2);
    expect(reasons).not.toContain("DrainDeadline");
  }

  /** Leaves one pod, and holds that to have cost nothing. */
  async scaleDown(connections: number): Promise<void> {
    await this.#keeps(connections, async () => {
      await this.stack.client.patch(functionSets, this.#id, { spec: { replicas: 1 } });
      await this.whenSettled("one pod", (uids) => uids.length === 1);
    });
  }

  async #keeps(connections: number, work: () => Promise<void>): Promise<void> {
    const flows = new Connections(this.stack, connections);
    try {
      await flows.open();
      const { sent, received } = await this.#whilePinging(work());
      expect(await flows.ask(), "connections that went on").toBe(connections);
      // A pod that waits for a CPU loses packets all the same, and they are retransmitted; an outage would be a tenth.
      expect(received / sent, `${received} of ${sent} pings`).toBeGreaterThan(0.97);
    } finally {
      flows.close();
    }
  }

  /** Pings until the work is done; answers how many came back of how many. Each three hundred are a flow of their own. */
  async #whilePinging(work: Promise<void>): Promise<{ sent: number; received: number }> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    const sum = { sent: 0, received: 0 };
    const pinging = (async () => {
      while (!isDone) {
        const { sent, received } = await this.stack.lab.ping("acme", { count: 300, intervalSeconds: 0.01 });
        sum.sent += sent;
        sum.received += received;
      }
    })();
    await done;
    await pinging;
    return sum;
  }
}
