// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LeaderElection } from "../../src/kubernetes/leader-election.ts";
import { leases } from "../../src/kubernetes/resources.ts";
import { silent } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { kubernetesTargets, type TestKubernetes } from "../support/kubernetes.ts";

describe.each(kubernetesTargets())("leader election on the $name", (target) => {
  let kubernetes: TestKubernetes;
  beforeAll(async () => {
    kubernetes = await target.start();
  });
  afterAll(() => kubernetes?.stop());

  /** Two candidates; `leading` names those that lead now. */
  function candidates(name: string) {
    const leading: string[] = [];
    const stops = new Map<string, () => Promise<void>>();
    let most = 0;
    for (const identity of ["a", "b"]) {
      const stopping = new AbortController();
      const election = new LeaderElection({
        client: kubernetes.client,
        namespace: "default",
        name,
        identity,
        logger: silent,
        leaseDurationMs: 1_000,
        renewDeadlineMs: 800,
        renewPeriodMs: 200,
        retryPeriodMs: 50,
      });
      const done = election.run(stopping.signal, async (term) => {
        leading.push(identity);
        most = Math.max(most, leading.length);
        await new Promise((resolve) => term.addEventListener("abort", resolve, { once: true }));
        leading.splice(leading.indexOf(identity), 1);
      });
      stops.set(identity, async () => {
        stopping.abort();
        await done;
      });
    }
    return { leading, stops, mostAtOnce: () => most };
  }

  it("never lets two lead, and lets the other take over when one stops", async () => {
    const { leading, stops, mostAtOnce } = candidates("handover");
    try {
      const first = (await eventually("one leads", () => leading[0])) ?? "";
      await stops.get(first)!();
      await eventually("the other leads", () => leading[0] !== undefined && leading[0] !== first);
      expect(mostAtOnce()).toBe(1);
    } finally {
      for (const stop of stops.values()) await stop();
    }
  });

  it("takes a lease over only when its holder has not renewed it for its duration", async () => {
    const metadata = { namespace: "default", name: "abandoned" };
    const spec = {
      holderIdentity: "gone",
      leaseDurationSeconds: 1,
      renewTime: "2026-01-01T00:00:00.000000Z",
    };
    const { apiVersion, kind } = leases;
    await kubernetes.client.create(leases, { apiVersion, kind, metadata, spec });
    const since = performance.now();
    const { leading, stops } = candidates("abandoned");
    try {
      await eventually("one leads", () => leading[0]);
      expect(performance.now() - since).toBeGreaterThan(1_000);
    } finally {
      for (const stop of stops.values()) await stop();
    }
  });
});
