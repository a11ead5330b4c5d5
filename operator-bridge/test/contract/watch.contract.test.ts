// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Loose, Watch } from "./client.ts";
import { Playground, targets } from "./fixtures.ts";
import { eventually } from "./harness.ts";

describe.each(targets)("lists and watches on the $name API", (target) => {
  let play: Playground;
  let open: Watch[] = [];
  beforeAll(async () => {
    play = await Playground.make(target);
  });
  afterEach(() => {
    for (const watch of open) watch.close();
    open = [];
  });

  const revision = async (): Promise<string> =>
    (await play.send("GET", play.widgets)).body.metadata.resourceVersion;

  async function watch(query: string, path = play.widgets, headers?: Record<string, string>): Promise<Watch> {
    const opened = await Watch.open(target, `${path}?${query}`, headers);
    open.push(opened);
    return opened;
  }

  const until = (watched: Watch, last: string) =>
    eventually(async () => (watched.summary.includes(last) ? true : undefined), `event "${last}"`);

  const names = (list: Loose): string[] => list.items.map((item: Loose) => item.metadata.name);

  it("tells each change once, in order, from the list's resourceVersion on", async () => {
    const watched = await watch(`resourceVersion=${await revision()}`);
    await play.create("told");
    await play.patch("told", { spec: { replicas: 2 } });
    await play.send("DELETE", `${play.widgets}/told`);
    await until(watched, "DELETED told");
    expect(watched.summary).toEqual(["ADDED told", "MODIFIED told", "DELETED told"]);
    const revisions = watched.seen.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    expect(new Set(revisions).size).toBe(3);
  });

  it("goes on after a break without a gap or a repeat, from the last resourceVersion seen", async () => {
    const first = await watch(`resourceVersion=${await revision()}`);
    await play.create("before-break");
    await until(first, "ADDED before-break");
    const last = first.seen.at(-1)!.object.metadata.resourceVersion;
    first.close();
    await play.create("during-break");
    const second = await watch(`resourceVersion=${last}`);
    await play.create("after-break");
    await until(second, "ADDED after-break");
    expect(second.summary).toEqual(["ADDED during-break", "ADDED after-break"]);
  });

  it("begins with what is there when no resourceVersion is given", async () => {
    await play.create("there");
    const watched = await watch("");
    await until(watched, "ADDED there");
    expect(watched.seen.every(({ type }) => type === "ADDED")).toBe(true);
  });

  it("shows an object that enters a selection as ADDED and one that leaves it as DELETED", async () => {
    const watched = await watch(`labelSelector=team%3Da&resourceVersion=${await revision()}`);
    await play.create("mover", undefined, { labels: { team: "b" } });
    await play.patch("mover", { metadata: { labels: { team: "a" } } });
    await play.patch("mover", { spec: { replicas: 2 } });
    await play.patch("mover", { metadata: { labels: { team: "b" } } });
    await until(watched, "DELETED mover");
    expect(watched.summary).toEqual(["ADDED mover", "MODIFIED mover", "DELETED mover"]);
  });

  it("watches one object by name", async () => {
    const watched = await watch(`fieldSelector=metadata.name%3Done&resourceVersion=${await revision()}`);
    await play.create("two");
    await play.create("one");
    await until(watched, "ADDED one");
    expect(watched.summary).toEqual(["ADDED one"]);
  });

  it("streams the present state and marks its end when asked for initial events", async () => {
    await play.create("initial");
    const query = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const watched = await watch(query);
    const end = await eventually(
      async () => watched.seen.find(({ type }) => type === "BOOKMARK"),
      "bookmark",
    );
    expect(end.object.metadata.annotations).toMatchObject({ "k8s.io/initial-events-end": "true" });
    expect(watched.summary).toContain("ADDED initial");
  });

  it("ends a watch after timeoutSeconds", async () => {
    const watched = await watch("timeoutSeconds=1");
    await watched.ended;
    expect(watched.seen.every(({ type }) => type !== "ERROR")).toBe(true);
  });

  it("pages through a list that stays the same whatever is written meanwhile", async () => {
    const selector = "labelSelector=page%3Dyes";
    for (const name of ["p1", "p2", "p3"]) await play.create(name, undefined, { labels: { page: "yes" } });
    const first = (await play.send("GET", `${play.widgets}?${selector}&limit=2`)).body;
    expect(names(first)).toEqual(["p1", "p2"]);
    await play.create("p0", undefined, { labels: { page: "yes" } });
    await play.create("p4", undefined, { labels: { page: "yes" } });
    const next = encodeURIComponent(first.metadata.continue);
    const second = (await play.send("GET", `${play.widgets}?${selector}&limit=2&continue=${next}`)).body;
    expect(names(second)).toEqual(["p3"]);
    expect(second.metadata.continue ?? "").toBe("");
  });

  it("selects by label in all forms", async () => {
    await play.create("l1", undefined, { labels: { set: "s", tier: "front" } });
    await play.create("l2", undefined, { labels: { set: "s", tier: "back" } });
    await play.create("l3", undefined, { labels: { set: "s" } });
    const select = async (selector: string) =>
      names((await play.send("GET", `${play.widgets}?labelSelector=${encodeURIComponent(selector)}`)).body);
    expect(await select("set=s,tier=front")).toEqual(["l1"]);
    expect(await select("set=s,tier!=front")).toEqual(["l2", "l3"]);
    expect(await select("set=s,tier in (front, back)")).toEqual(["l1", "l2"]);
    expect(await select("set=s,tier notin (front)")).toEqual(["l2", "l3"]);
    expect(await select("set=s,tier")).toEqual(["l1", "l2"]);
    expect(await select("set=s,!tier")).toEqual(["l3"]);
    expect((await play.send("GET", `${play.widgets}?labelSelector=a%20in%20(b`)).code).toBe(400);
    expect((await play.send("GET", `${play.widgets}?fieldSelector=spec.mode%3Dsafe`)).code).toBe(400);
  });

  it("lists across namespaces", async () => {
    await play.create("far");
    const all = await play.send("GET", `/apis/${play.group}/v1/widgets`);
    expect(names(all.body)).toContain("far");
    expect(all.body).toMatchObject({ kind: "WidgetList", apiVersion: `${play.group}/v1` });
  });

  it("gives metadata only when asked so", async () => {
    await play.create("partial");
    const headers = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
    const { body } = await play.send("GET", play.widgets, undefined, headers);
    expect(body.kind).toBe("PartialObjectMetadataList");
    expect(body.items[0].spec).toBeUndefined();
  });

  it("refuses a continue token and a resourceVersion that make no sense", async () => {
    expect((await play.send("GET", `${play.widgets}?continue=nonsense`)).code).toBe(400);
    expect((await play.send("GET", `${play.widgets}?resourceVersion=abc`)).code).toBe(400);
  });
});
