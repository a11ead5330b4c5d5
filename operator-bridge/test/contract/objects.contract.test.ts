// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from "vitest";
import { Playground, targets } from "./fixtures.ts";

describe.each(targets)("objects on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  it("gives a new object a uid, a creation time, generation 1 and a resourceVersion, and drops its status", async () => {
    const body = { ...play.widget("fresh"), status: { replicas: 5 } };
    const { code, body: created } = await play.send("POST", play.widgets, body);
    expect(code).toBe(201);
    expect(created.metadata).toMatchObject({ name: "fresh", namespace: play.namespace, generation: 1 });
    expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(created.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(created.status).toBeUndefined();
    expect((await play.get("fresh")).body).toEqual(created);
  });

  it("refuses to create what exists", async () => {
    await play.create("twice");
    const answer = await play.send("POST", play.widgets, play.widget("twice"));
    expect(answer).toMatchObject({
      code: 409,
      body: {
        kind: "Status",
        status: "Failure",
        reason: "AlreadyExists",
        details: { name: "twice", group: play.group, kind: "widgets" },
      },
    });
  });

  it("makes up a name from generateName", async () => {
    const body = { ...play.widget(""), metadata: { generateName: "made-" } };
    const { code, body: created } = await play.send("POST", play.widgets, body);
    expect(code).toBe(201);
    expect(created.metadata.name).toMatch(/^made-[a-z0-9]{5}$/);
  });

  it("answers 404 with a Status for an object, a namespace and a subresource that do not exist", async () => {
    expect(await play.get("nowhere")).toMatchObject({
      code: 404,
      body: { reason: "NotFound", kind: "Status" },
    });
    const elsewhere = await play.send(
      "POST",
      play.widgets.replace(play.namespace, "no-such"),
      play.widget("x"),
    );
    expect(elsewhere).toMatchObject({
      code: 404,
      body: { reason: "NotFound", details: { name: "no-such" } },
    });
    expect((await play.send("GET", `${play.widgets}/nowhere/other`)).code).toBe(404);
  });

  it("refuses an object of another kind, of another namespace, or that is no JSON", async () => {
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "x" } };
    expect(await play.send("POST", play.widgets, pod)).toMatchObject({
      code: 400,
      body: { reason: "BadRequest" },
    });
    const foreign = play.widget("x", { replicas: 1 }, { namespace: "default" });
    expect(await play.send("POST", play.widgets, foreign)).toMatchObject({
      code: 400,
      body: { reason: "BadRequest" },
    });
    expect(await play.send("POST", play.widgets, "{broken")).toMatchObject({
      code: 400,
      body: { kind: "Status" },
    });
  });

  it("refuses names and labels that are not well-formed", async () => {
    const named = await play.send("POST", play.widgets, play.widget("Bad_Name"));
    expect(named).toMatchObject({ code: 422, body: { reason: "Invalid" } });
    const labels = { "bad key": "x" };
    const labelled = await play.send(
      "POST",
      play.widgets,
      play.widget("labelled", { replicas: 1 }, { labels }),
    );
    expect(labelled).toMatchObject({
      code: 422,
      body: { details: { causes: [{ field: "metadata.labels" }] } },
    });
  });

  it("replaces an object only on its current resourceVersion, and only one of two writers wins", async () => {
    const created = await play.create("contested");
    const path = `${play.widgets}/contested`;
    const write = (replicas: number) =>
      play.send("PUT", path, { ...created, spec: { ...created.spec, replicas } });
    const answers = await Promise.all([write(2), write(3), write(4)]);
    expect(answers.map((answer) => answer.code).sort()).toEqual([200, 409, 409]);
    const loser = answers.find((answer) => answer.code === 409);
    expect(loser?.body).toMatchObject({ reason: "Conflict", details: { name: "contested" } });
  });

  it("refuses a PUT without resourceVersion, of another name, or of a missing object", async () => {
    const created = await play.create("strict");
    const path = `${play.widgets}/strict`;
    expect((await play.send("PUT", path, play.widget("strict"))).code).toBe(422);
    const renamed = { ...created, metadata: { ...created.metadata, name: "other" } };
    expect((await play.send("PUT", path, renamed)).code).toBe(400);
    const missing = play.widget("missing", { replicas: 1 }, { resourceVersion: "1" });
    expect((await play.send("PUT", `${play.widgets}/missing`, missing)).code).toBe(404);
  });

  it("counts generation on changes of spec, not of metadata or status", async () => {
    await play.create("counted");
    const generation = async () => (await play.get("counted")).body.metadata.generation;
    await play.patch("counted", { metadata: { labels: { a: "b" } } });
    expect(await generation()).toBe(1);
    await play.send(
      "PATCH",
      `${play.widgets}/counted/status`,
      { status: { replicas: 1 } },
      {
        "content-type": "application/merge-patch+json",
      },
    );
    expect(await generation()).toBe(1);
    await play.patch("counted", { spec: { replicas: 2 } });
    expect(await generation()).toBe(2);
  });

  it("leaves resourceVersion alone when a write changes nothing", async () => {
    const created = await play.create("idle");
    const patched = await play.patch("idle", { spec: { replicas: 1 } });
    expect(patched.body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
    const put = await play.send("PUT", `${play.widgets}/idle`, created);
    expect(put.body.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  });

  it("keeps status and the rest apart: neither's endpoint writes the other", async () => {
    const created = await play.create("parted");
    const status = { replicas: 3 };
    const byStatus = await play.send("PUT", `${play.widgets}/parted/status`, {
      ...created,
      metadata: { ...created.metadata, labels: { sneaked: "in" } },
      spec: { replicas: 9 },
      status,
    });
    expect(byStatus.body).toMatchObject({ spec: { replicas: 1 }, status });
    expect(byStatus.body.metadata.labels).toBeUndefined();
    const byMain = await play.patch("parted", { spec: { replicas: 2 }, status: { replicas: 7 } });
    expect(byMain.body).toMatchObject({ spec: { replicas: 2 }, status });
  });

  it("writes nothing on a dry run, yet says what it would have done", async () => {
    const dry = await play.send("POST", `${play.widgets}?dryRun=All`, play.widget("dry"));
    expect(dry).toMatchObject({ code: 201, body: { spec: { mode: "safe" } } });
    expect((await play.get("dry")).code).toBe(404);
    expect((await play.send("POST", `${play.widgets}?dryRun=Some`, play.widget("dry"))).code).toBe(422);
  });

  it("scales through the scale subresource", async () => {
    await play.create("scaled");
    const path = `${play.widgets}/scaled/scale`;
    const before = await play.send("GET", path);
    expect(before.body).toMatchObject({ kind: "Scale", apiVersion: "autoscaling/v1", spec: { replicas: 1 } });
    const put = await play.send("PUT", path, { ...before.body, spec: { replicas: 4 } });
    expect(put).toMatchObject({ code: 200, body: { spec: { replicas: 4 } } });
    expect((await play.get("scaled")).body).toMatchObject({
      spec: { replicas: 4 },
      metadata: { generation: 2 },
    });
  });
});
