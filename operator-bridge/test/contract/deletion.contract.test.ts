// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from "vitest";
import { Playground, targets } from "./fixtures.ts";
import { eventually } from "./harness.ts";

describe.each(targets)("deletion on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  const remove = (name: string, options?: object) => play.send("DELETE", `${play.widgets}/${name}`, options);

  it("answers a deletion with a Status that names the object, and 404 the second time", async () => {
    const { metadata } = await play.create("plain");
    expect(await remove("plain")).toMatchObject({
      code: 200,
      body: {
        kind: "Status",
        status: "Success",
        details: { name: "plain", kind: "widgets", uid: metadata.uid },
      },
    });
    expect((await remove("plain")).code).toBe(404);
  });

  it("keeps an object with finalizers, marked, until the last is taken off", async () => {
    await play.create("held", { replicas: 1 }, { finalizers: ["example.com/one", "example.com/two"] });
    const marked = await remove("held");
    expect(marked).toMatchObject({ code: 200, body: { kind: "Widget", metadata: { generation: 2 } } });
    expect(marked.body.metadata.deletionTimestamp).toBeDefined();
    const added = await play.patch("held", {
      metadata: { finalizers: ["example.com/one", "example.com/new"] },
    });
    expect(added).toMatchObject({ code: 422, body: { reason: "Invalid" } });
    expect((await play.patch("held", { metadata: { finalizers: ["example.com/two"] } })).code).toBe(200);
    expect((await play.get("held")).code).toBe(200);
    expect((await play.patch("held", { metadata: { finalizers: null } })).code).toBe(200);
    expect((await play.get("held")).code).toBe(404);
  });

  it("does not move deletionTimestamp when deleted again", async () => {
    await play.create("again", { replicas: 1 }, { finalizers: ["example.com/one"] });
    const first = await remove("again");
    const second = await remove("again");
    expect(second.body.metadata).toEqual(first.body.metadata);
    await play.patch("again", { metadata: { finalizers: null } });
  });

  it("deletes only what the preconditions describe", async () => {
    const { metadata } = await play.create("exact");
    const wrong = await remove("exact", { preconditions: { uid: "11111111-1111-1111-1111-111111111111" } });
    expect(wrong).toMatchObject({ code: 409, body: { reason: "Conflict" } });
    const stale = await remove("exact", { preconditions: { resourceVersion: "1" } });
    expect(stale).toMatchObject({ code: 409, body: { reason: "Conflict" } });
    expect((await remove("exact", { preconditions: { uid: metadata.uid } })).code).toBe(200);
  });

  it("deletes a selection of a collection and nothing else", async () => {
    await play.create("red-1", { replicas: 1 }, { labels: { colour: "red" } });
    await play.create("red-2", { replicas: 1 }, { labels: { colour: "red" } });
    await play.create("blue", { replicas: 1 }, { labels: { colour: "blue" } });
    const answer = await play.send("DELETE", `${play.widgets}?labelSelector=colour%3Dred`);
    expect(answer.code).toBe(200);
    expect((await play.get("red-1")).code).toBe(404);
    expect((await play.get("red-2")).code).toBe(404);
    expect((await play.get("blue")).code).toBe(200);
  });

  it("writes nothing on a dry run", async () => {
    await play.create("kept");
    expect((await play.send("DELETE", `${play.widgets}/kept?dryRun=All`)).code).toBe(200);
    expect((await play.get("kept")).code).toBe(200);
  });

  it("removes a definition with all its objects, and stops serving them", async () => {
    const other = await Playground.make(target);
    await other.create("last");
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.${other.group}`;
    await other.send("DELETE", path);
    await eventually(
      async () => ((await other.send("GET", path)).code === 404 ? true : undefined),
      "removal",
    );
    await eventually(
      async () => ((await other.get("last")).code === 404 ? true : undefined),
      "end of service",
    );
  });
});

// The real machinery of the tests has no controllers; a whole cluster does these.
describe.each(targets.filter(({ name }) => name === "embedded"))("clean-up on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  const isGone = (path: string) =>
    eventually(
      async () => ((await play.send("GET", path)).code === 404 ? true : undefined),
      `end of ${path}`,
    );
  const ownerReference = ({
    apiVersion,
    kind,
    metadata: { name, uid },
  }: Awaited<ReturnType<Playground["create"]>>) => ({
    apiVersion,
    kind,
    name,
    uid,
  });

  it("deletes dependents, and theirs, when their owner is gone", async () => {
    const owner = await play.create("owner");
    const child = await play.create("child", undefined, { ownerReferences: [ownerReference(owner)] });
    await play.create("grandchild", undefined, { ownerReferences: [ownerReference(child)] });
    await play.send("DELETE", `${play.widgets}/owner`);
    await isGone(`${play.widgets}/child`);
    await isGone(`${play.widgets}/grandchild`);
  });

  it("keeps a dependent as long as one of its owners lives", async () => {
    const [first, second] = [await play.create("first"), await play.create("second")];
    const ownerReferences = [ownerReference(first), ownerReference(second)];
    await play.create("shared", undefined, { ownerReferences });
    const witness = await play.create("witness", undefined, { ownerReferences: [ownerReference(first)] });
    await play.send("DELETE", `${play.widgets}/first`);
    await isGone(`${play.widgets}/${witness.metadata.name}`);
    expect((await play.get("shared")).code).toBe(200);
  });

  it("lets dependents stay when told to orphan them", async () => {
    const owner = await play.create("leaving");
    await play.create("staying", undefined, { ownerReferences: [ownerReference(owner)] });
    await play.send("DELETE", `${play.widgets}/leaving`, { propagationPolicy: "Orphan" });
    const witness = await play.create("next", undefined, { ownerReferences: [ownerReference(owner)] });
    await isGone(`${play.widgets}/${witness.metadata.name}`);
    const { code, body } = await play.get("staying");
    expect(code).toBe(200);
    expect(body.metadata.ownerReferences).toBeUndefined();
  });

  it("goes by the owner's uid: an owner of the same name made anew does not count", async () => {
    const owner = ownerReference(await play.create("reborn"));
    await play.send("DELETE", `${play.widgets}/reborn`);
    await play.create("reborn");
    await play.create("late", undefined, { ownerReferences: [owner] });
    await isGone(`${play.widgets}/late`);
  });

  it("empties a deleted namespace first, refuses new content meanwhile, and waits for finalizers", async () => {
    const other = await Playground.make(target);
    await other.create("held", undefined, { finalizers: ["example.com/one"] });
    const path = `/api/v1/namespaces/${other.namespace}`;
    await other.send("DELETE", path);
    await eventually(
      async () => (await other.get("held")).body.metadata.deletionTimestamp,
      "mark on the content",
    );
    expect((await other.send("GET", path)).body.status.phase).toBe("Terminating");
    const refused = await other.send("POST", other.widgets, other.widget("new"));
    expect(refused).toMatchObject({
      code: 403,
      body: { reason: "Forbidden", details: { causes: [{ reason: "NamespaceTerminating" }] } },
    });
    await other.patch("held", { metadata: { finalizers: null } });
    await isGone(path);
  });

  it("never deletes the namespaces that every cluster has", async () => {
    for (const name of ["default", "kube-system"]) {
      const path = `/api/v1/namespaces/${name}`;
      expect(await play.send("DELETE", path)).toMatchObject({ code: 403, body: { reason: "Forbidden" } });
      expect((await play.send("GET", path)).body.status.phase).toBe("Active");
    }
  });

  it("lets a pod on a node linger until its agent confirms, and one without a node go at once", async () => {
    const pods = `/api/v1/namespaces/${play.namespace}/pods`;
    const pod = (name: string) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name },
      spec: { containers: [{ name: "main", image: "none" }] },
    });
    for (const name of ["loose", "bound"]) await play.send("POST", pods, pod(name));
    const binding = { apiVersion: "v1", kind: "Binding", target: { kind: "Node", name: "node-1" } };
    expect((await play.send("POST", `${pods}/bound/binding`, binding)).code).toBe(201);
    expect(await play.send("POST", `${pods}/bound/binding`, binding)).toMatchObject({ code: 409 });
    const onNode = await play.send("GET", "/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-1");
    expect(onNode.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
      "bound",
    ]);
    for (const name of ["loose", "bound"]) await play.send("DELETE", `${pods}/${name}`);
    expect((await play.send("GET", `${pods}/loose`)).code).toBe(404);
    const lingering = await play.send("GET", `${pods}/bound`);
    expect(lingering.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    await play.send("DELETE", `${pods}/bound?gracePeriodSeconds=0`);
    expect((await play.send("GET", `${pods}/bound`)).code).toBe(404);
  });
});
