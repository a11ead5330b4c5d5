// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from "vitest";
import { jsonPatch, mergePatch, strategicPatch } from "./client.ts";
import { causesOf, Playground, targets } from "./fixtures.ts";

describe.each(targets)("patches on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  it("merges: null removes a field, lists are replaced", async () => {
    await play.create("merged", { replicas: 1, id: 4, tags: ["a", "b"], config: { deep: { a: 1, b: 2 } } });
    const { code, body } = await play.patch("merged", {
      spec: { tags: ["c"], config: { deep: { a: null, c: 3 } } },
    });
    expect(code).toBe(200);
    expect(body.spec).toMatchObject({ replicas: 1, id: 4, tags: ["c"], config: { deep: { b: 2, c: 3 } } });
    expect(body.spec.config.deep).not.toHaveProperty("a");
  });

  it("applies all operations of a JSON patch or none", async () => {
    await play.create("ops", { replicas: 1, tags: ["a", "b"] });
    const good = await play.patch(
      "ops",
      [
        { op: "test", path: "/spec/replicas", value: 1 },
        { op: "replace", path: "/spec/replicas", value: 2 },
        { op: "add", path: "/spec/tags/0", value: "z" },
        { op: "add", path: "/spec/tags/-", value: "y" },
        { op: "remove", path: "/spec/tags/1" },
        { op: "add", path: "/metadata/labels", value: {} },
        { op: "add", path: "/metadata/labels/a.b~1c", value: "d" },
        { op: "copy", from: "/spec/replicas", path: "/spec/id" },
      ],
      jsonPatch,
    );
    expect(good.body.spec).toMatchObject({ replicas: 2, id: 2, tags: ["z", "b", "y"] });
    expect(good.body.metadata.labels).toEqual({ "a.b/c": "d" });
    const bad = await play.patch(
      "ops",
      [
        { op: "replace", path: "/spec/replicas", value: 3 },
        { op: "test", path: "/spec/id", value: 99 },
      ],
      jsonPatch,
    );
    expect(bad).toMatchObject({ code: 422, body: { reason: "Invalid" } });
    expect((await play.get("ops")).body.spec.replicas).toBe(2);
    const missing = await play.patch("ops", [{ op: "remove", path: "/spec/none" }], jsonPatch);
    expect(missing.code).toBe(422);
  });

  it("refuses malformed patches, and the patch types a resource does not take", async () => {
    await play.create("picky");
    const path = `${play.widgets}/picky`;
    expect((await play.send("PATCH", path, "{broken", mergePatch)).code).toBe(400);
    expect((await play.send("PATCH", path, { not: "a list" }, jsonPatch)).code).toBe(400);
    const strategic = await play.send("PATCH", path, { spec: { replicas: 2 } }, strategicPatch);
    expect(strategic).toMatchObject({ code: 415, body: { reason: "UnsupportedMediaType" } });
    const text = await play.send("PATCH", path, "replicas=2", { "content-type": "text/plain" });
    expect(text.code).toBe(415);
  });

  it("holds a patch to the resourceVersion it names, and needs none", async () => {
    const { metadata } = await play.create("versioned");
    const stale = { metadata: { resourceVersion: "1" }, spec: { replicas: 2 } };
    expect(await play.patch("versioned", stale)).toMatchObject({ code: 409, body: { reason: "Conflict" } });
    const current = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { replicas: 2 } };
    expect((await play.patch("versioned", current)).code).toBe(200);
    expect((await play.patch("versioned", { spec: { replicas: 3 } })).code).toBe(200);
  });

  it("lets no patch rename an object, change its uid, or break its schema", async () => {
    await play.create("fixed");
    expect((await play.patch("fixed", { metadata: { name: "other" } })).code).toBe(400);
    expect((await play.patch("fixed", { metadata: { uid: "other" } })).code).toBe(422);
    const invalid = await play.patch("fixed", { spec: null });
    expect(invalid.code).toBe(422);
    expect(causesOf(invalid)).toEqual(["FieldValueRequired spec"]);
    expect((await play.patch("absent", { spec: { replicas: 2 } })).code).toBe(404);
  });

  it("merges a built-in kind's lists by their keys under strategic merge", async () => {
    const pods = `/api/v1/namespaces/${play.namespace}/pods`;
    const container = (name: string, image: string) => ({ name, image });
    await play.send("POST", pods, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "merging", finalizers: ["example.com/a"] },
      spec: { containers: [container("one", "a"), container("two", "b")] },
    });
    const { code, body } = await play.send(
      "PATCH",
      `${pods}/merging`,
      {
        metadata: { finalizers: ["example.com/b"] },
        spec: {
          containers: [container("two", "c"), { name: "one", $patch: "delete" }, container("three", "d")],
        },
      },
      strategicPatch,
    );
    expect(code).toBe(200);
    const images = Object.fromEntries(
      body.spec.containers.map(({ name, image }: { name: string; image: string }) => [name, image]),
    );
    expect(images).toEqual({ two: "c", three: "d" });
    expect([...body.metadata.finalizers].sort()).toEqual(["example.com/a", "example.com/b"]);
  });
});
