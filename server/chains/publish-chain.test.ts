// SPDX-License-Identifier: Apache-2.0
import type { Rollout, ServiceChain } from "@nfaas/domain";
import { isNotFound } from "@nfaas/operator-bridge/kubernetes/errors";
import { serviceChains } from "@nfaas/operator-bridge/kubernetes/resources";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listAuditEvents } from "../audit/list-audit-events.ts";
import { ErrorCode } from "../errors.ts";
import { Outbox } from "../outbox/outbox.ts";
import { startTestConsole, type TestConsole } from "../test/console.ts";
import { eventually } from "../test/eventually.ts";
import { allowHttp, allowPing, enteringGraph, webGraph } from "../test/graphs.ts";
import { createChain } from "./create-chain.ts";
import { deleteChain } from "./delete-chain.ts";
import { getChain } from "./get-chain.ts";
import { getChainStatus } from "./get-chain-status.ts";
import { listEnterable } from "./list-enterable.ts";
import { listRevisions } from "./list-revisions.ts";
import { previewChain } from "./preview-chain.ts";
import { publishChain } from "./publish-chain.ts";
import { rollBackChain } from "./roll-back-chain.ts";
import { saveDraft } from "./save-draft.ts";
import { watchChainStatus } from "./watch-chain-status.ts";

let rig: TestConsole;
beforeAll(async () => {
  rig = await startTestConsole();
});
afterAll(() => rig?.stop());

const acme = () => rig.scope("acme");
const deployed = (name: string): Promise<ServiceChain> =>
  rig.kubernetes.get(serviceChains, { namespace: "tenant-acme", name });

/** A chain with a draft that can be published. */
async function drawn(name: string): Promise<void> {
  const { draft } = await createChain(acme(), { name });
  await saveDraft(acme(), { chain: name, graph: webGraph(allowPing), version: draft.version });
}

const whenDeployed = (name: string, revision: number): Promise<ServiceChain> =>
  eventually(async () => {
    const found = await deployed(name);
    expect(found.spec.revision).toBe(revision);
    return found;
  });

/** Plays the operator. */
async function say(
  name: string,
  conditions: [string, boolean, string][],
  activeRevision?: number,
): Promise<void> {
  const chain = await deployed(name);
  const observedGeneration = chain.metadata.generation ?? 0;
  const lastTransitionTime = new Date().toISOString();
  const status = {
    observedGeneration,
    conditions: conditions.map(([type, ok, reason]) => ({
      type: type as "Ready",
      status: ok ? ("True" as const) : ("False" as const),
      reason,
      message: reason,
      observedGeneration,
      lastTransitionTime,
    })),
    ...(activeRevision ? { activeView: { name: `${name}-1`, viewId: 1, revision: activeRevision } } : {}),
  };
  await rig.kubernetes.replaceStatus(serviceChains, { ...chain, status });
}

describe("publishing", () => {
  test("the draft becomes an immutable revision and a ServiceChain in the tenant's namespace", async () => {
    await drawn("first");
    const revision = await publishChain(acme(), { chain: "first", message: "hello" });
    expect(revision).toMatchObject({ number: 1, message: "hello", author: "user@acme.example" });
    const { spec } = await whenDeployed("first", 1);
    expect(spec.tenant).toBe("acme");
    expect(spec.nodes.map(({ name }) => name)).toEqual(["client", "fw", "server"]);
    expect(await getChain(acme(), "first")).toMatchObject({ unpublishedChanges: false });
  });

  test("who did what is in the audit log, newest first", async () => {
    const { events } = await listAuditEvents(acme(), { limit: 2 });
    expect(events.map(({ action }) => action)).toEqual(["chain.publish", "chain.create"]);
    expect(events[0]).toMatchObject({
      actor: "user@acme.example",
      object: "chain/first",
      details: { revision: 1 },
    });
  });

  test("a graph with errors is refused with its issues, and nothing is stored", async () => {
    const { draft } = await createChain(acme(), { name: "broken" });
    const graph = webGraph({ ...allowPing, source: "10.0.0.0/64" });
    await saveDraft(acme(), { chain: "broken", graph, version: draft.version });
    const details = expect.arrayContaining([expect.objectContaining({ code: "NF202", node: "fw" })]);
    await expect(publishChain(acme(), { chain: "broken" })).rejects.toMatchObject({
      code: ErrorCode.GraphInvalid,
      details,
    });
    expect(await listRevisions(acme(), "broken")).toEqual([]);
  });

  test("two saves on one version: the second is told of the conflict and changes nothing", async () => {
    const { draft } = await createChain(acme(), { name: "contended" });
    const save = (...rules: Parameters<typeof webGraph>) =>
      saveDraft(acme(), { chain: "contended", graph: webGraph(...rules), version: draft.version });
    const outcomes = await Promise.allSettled([save(allowPing), save(allowPing, allowHttp)]);
    const failed = outcomes.filter(({ status }) => status === "rejected");
    expect(failed).toMatchObject([{ reason: { code: ErrorCode.DraftConflict } }]);
    expect((await getChain(acme(), "contended")).draft.version).toBe(draft.version + 1);
  });

  test("20 publishes at once get 20 numbers, and the newest is what is deployed", async () => {
    await drawn("busy");
    const all = await Promise.all(Array.from({ length: 20 }, () => publishChain(acme(), { chain: "busy" })));
    expect(all.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    await whenDeployed("busy", 20);
  });

  test("a rollback repeats an old graph under a new number and keeps a draft that was never published", async () => {
    await drawn("back");
    await publishChain(acme(), { chain: "back" });
    const second = await getChain(acme(), "back");
    await saveDraft(acme(), {
      chain: "back",
      graph: webGraph(allowPing, allowHttp),
      version: second.draft.version,
    });
    await publishChain(acme(), { chain: "back" });
    const { draft } = await getChain(acme(), "back");
    const unpublished = webGraph(allowHttp);
    await saveDraft(acme(), { chain: "back", graph: unpublished, version: draft.version });
    expect(await rollBackChain(acme(), { chain: "back", revision: 1 })).toMatchObject({
      number: 3,
      rolledBackFrom: 1,
    });
    const { spec } = await whenDeployed("back", 3);
    expect(spec.nodes[1]?.config).toEqual({ rules: [allowPing], defaultAction: "deny" });
    expect((await getChain(acme(), "back")).draft.graph).toEqual(unpublished);
  });

  test("what becomes of flows reaches the object with the publish, stays with the next, and can be taken back", async () => {
    await drawn("keeping");
    const publish = async (rollout?: Rollout) => {
      const { draft } = await getChain(acme(), "keeping");
      const graph = { ...webGraph(allowPing), ...(rollout ? { rollout } : {}) };
      await saveDraft(acme(), { chain: "keeping", graph, version: draft.version });
      const { number } = await publishChain(acme(), { chain: "keeping" });
      return (await whenDeployed("keeping", number)).spec.rollout;
    };
    expect(await publish()).toBeUndefined();
    const kept = { drain: "flows" as const, keepFlowsSeconds: 60 };
    expect(await publish(kept)).toEqual(kept);
    expect(await publish(), "a graph that says nothing of it").toEqual(kept);
    const object = await deployed("keeping");
    const spec = { ...object.spec, rollout: { ...kept, drainDeadlineSeconds: 5 } };
    await rig.kubernetes.replace(serviceChains, { ...object, spec });
    expect(await publish({ drain: "packets" })).toEqual({
      drain: "packets",
      keepFlowsSeconds: 60,
      drainDeadlineSeconds: 5,
    });
  });

  test("a preview shows the change against what is deployed, line by line, and no line that didn't change", async () => {
    await drawn("seen");
    await publishChain(acme(), { chain: "seen" });
    await whenDeployed("seen", 1);
    const diff = await eventually(async () => {
      const preview = await previewChain(acme(), { chain: "seen", graph: webGraph(allowPing, allowHttp) });
      const changed = preview.diff.filter(({ kind }) => kind !== "same");
      expect(changed.filter(({ kind }) => kind === "removed")).toHaveLength(1);
      return changed;
    });
    const texts = diff.map(({ kind, text }) => `${kind} ${text.trim()}`);
    expect(texts).toContain("removed revision: 1");
    expect(texts).toContain("added revision: 2");
    expect(texts).toContain("added - name: allow-http");
  });
});

describe("status", () => {
  test("follows the operator's conditions step by step, and each change reaches who watches", async () => {
    await drawn("watched");
    await publishChain(acme(), { chain: "watched" });
    await whenDeployed("watched", 1);
    const leave = new AbortController();
    const stream = await watchChainStatus(acme(), "watched", leave.signal);
    const until = async (state: string, steps: string[]): Promise<void> => {
      for await (const status of { [Symbol.asyncIterator]: () => ({ next: () => stream.next() }) }) {
        const seen = status.steps.map((step) => step.state);
        if (status.state === state && seen.join() === steps.join()) return;
      }
      throw new Error(`never ${state}`);
    };
    await say("watched", [
      ["Accepted", true, "Accepted"],
      ["Programmed", false, "Programming"],
      ["Ready", false, "NotProgrammed"],
    ]);
    await until("publishing", ["done", "pending", "pending"]);
    await say("watched", [
      ["Accepted", true, "Accepted"],
      ["Programmed", false, "Cordoned"],
      ["Ready", false, "NotProgrammed"],
    ]);
    await until("failed", ["done", "failed", "pending"]);
    await say(
      "watched",
      [
        ["Accepted", true, "Accepted"],
        ["Programmed", true, "Programmed"],
        ["Ready", true, "Live"],
      ],
      1,
    );
    await until("live", ["done", "done", "done"]);
    leave.abort();
    expect((await stream.next()).done).toBe(true);
  });
});

describe("when the Kubernetes API is away", () => {
  test("a publish is accepted, says that it waits, and arrives by itself when the API is back", async () => {
    await drawn("patient");
    await rig.stopKubernetes();
    try {
      expect(await publishChain(acme(), { chain: "patient" })).toMatchObject({ number: 1 });
      const step = await eventually(async () => {
        const { steps } = await getChainStatus(acme(), "patient");
        expect(steps[0]?.reason).toBe("KubernetesUnavailable");
        return steps[0];
      });
      expect(step).toMatchObject({ name: "accepted", state: "pending" });
    } finally {
      await rig.startKubernetes();
    }
    await whenDeployed("patient", 1);
    await eventually(async () =>
      expect((await getChainStatus(acme(), "patient")).steps[0]?.reason).toBe("Waiting"),
    );
  });
});

describe("when a console dies between a publish and its delivery", () => {
  test("the next console delivers it", async () => {
    await drawn("orphaned");
    await rig.services.outbox.stop();
    await publishChain(acme(), { chain: "orphaned" });
    await expect(deployed("orphaned")).rejects.toSatisfy(isNotFound);
    rig.services.outbox = new Outbox(rig.services.db, rig.services.world);
    rig.services.outbox.start();
    await whenDeployed("orphaned", 1);
  });
});

describe("deleting", () => {
  test("takes the object away, gives the name back, and the name's next chain starts anew", async () => {
    await drawn("gone");
    await publishChain(acme(), { chain: "gone" });
    await whenDeployed("gone", 1);
    await deleteChain(acme(), "gone");
    await drawn("gone");
    await publishChain(acme(), { chain: "gone" });
    await whenDeployed("gone", 1);
    await deleteChain(acme(), "gone");
    await eventually(() => expect(deployed("gone")).rejects.toSatisfy(isNotFound));
    await expect(getChain(acme(), "gone")).rejects.toMatchObject({ code: ErrorCode.NotFound });
  });
});

describe("a class that enters another chain", () => {
  const draw = async (name: string, chain: string) => {
    const { draft } = await createChain(acme(), { name });
    await saveDraft(acme(), { chain: name, graph: enteringGraph(chain), version: draft.version });
  };

  test("is published when that is another one, published too", async () => {
    await drawn("entered");
    await draw("entering", "entered");
    await expect(publishChain(acme(), { chain: "entering" })).rejects.toMatchObject({
      code: ErrorCode.GraphInvalid,
      details: [expect.objectContaining({ code: "NF802", node: "fw" })],
    });
    await publishChain(acme(), { chain: "entered" });
    expect(await listEnterable(acme())).toContainEqual({
      name: "entered",
      entries: 1,
    });
    await publishChain(acme(), { chain: "entering" });
    expect((await whenDeployed("entering", 1)).spec.nodes[1]?.config).toMatchObject({
      classes: [{ enter: "entered" }],
    });
  });

  test("can't lead back into its own chain, nor into another tenant's", async () => {
    await draw("own", "own");
    await expect(publishChain(acme(), { chain: "own" })).rejects.toMatchObject({
      code: ErrorCode.GraphInvalid,
    });
    const names = (await listEnterable(rig.scope("globex"))).map(({ name }) => name);
    expect(names).not.toContain("entered");
  });
});
