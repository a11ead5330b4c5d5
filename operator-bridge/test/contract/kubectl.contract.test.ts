// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from "vitest";
import { Playground, targets } from "./fixtures.ts";
import { eventually } from "./harness.ts";
import { kubectl, type Outcome, RunningKubectl } from "./kubectl.ts";

describe.each(targets)("kubectl on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  const run = (args: string, input?: string): Promise<Outcome> =>
    kubectl(target, ["--namespace", play.namespace, ...args.split(" ")], input);
  const apply = (name: string, spec: object): Promise<Outcome> =>
    run("apply -f -", JSON.stringify(play.widget(name, spec)));
  const resource = () => `widgets.${play.group}`;

  /** The lines of a table as cells; ages are left to the eye. */
  const rows = ({ stdout }: { stdout: string }): string[][] =>
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/ {2,}/).map((cell) => cell.trim()));

  it("applies: created, unchanged, configured", async () => {
    expect((await apply("applied", { replicas: 1 })).stdout).toContain("created");
    expect((await apply("applied", { replicas: 1 })).stdout).toContain("unchanged");
    const configured = await apply("applied", { replicas: 2 });
    expect(configured).toMatchObject({ code: 0, stderr: "" });
    expect(configured.stdout).toContain("configured");
    expect((await play.get("applied")).body.spec.replicas).toBe(2);
  });

  it("removes on apply what is no longer in the file", async () => {
    await apply("shrinking", { replicas: 1, id: 3, tags: ["a"] });
    await apply("shrinking", { replicas: 1 });
    const { spec } = (await play.get("shrinking")).body;
    expect(spec).not.toHaveProperty("id");
    expect(spec).not.toHaveProperty("tags");
  });

  it("applies built-in kinds, a second time too, without a warning", async () => {
    const manifest = (value: string) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "applied" },
        data: { key: value },
      });
    expect((await run("apply -f -", manifest("1"))).stdout).toContain("created");
    expect(await run("apply -f -", manifest("2"))).toMatchObject({ code: 0, stderr: "" });
    expect((await run("get configmap applied -o jsonpath={.data.key}")).stdout).toBe("2");
  });

  it("refuses to apply what the schema refuses, and names field and reason", async () => {
    const unknown = await apply("bad", { replicas: 1, odd: 1 });
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toContain('unknown field "spec.odd"');
    const invalid = await apply("bad", { replicas: 0 });
    expect(invalid.code).not.toBe(0);
    expect(invalid.stderr).toContain('The Widget "bad" is invalid: spec.replicas: Invalid value: 0');
  });

  it("gets the printer columns, more of them with -o wide, also by short name and category", async () => {
    await apply("shown", { replicas: 3 });
    const table = rows(await run(`get ${resource()} shown`));
    expect(table[0]).toEqual(["NAME", "REPLICAS", "READY", "AGE"]);
    expect(table[1]?.slice(0, 2)).toEqual(["shown", "3"]);
    const wide = rows(await run(`get wd.v1.${play.group} shown -o wide`));
    expect(wide[0]).toEqual(["NAME", "REPLICAS", "READY", "MODE", "AGE"]);
    expect((await run(`get ${resource()} --all-namespaces`)).stdout).toContain(play.namespace);
    expect((await run(`get ${resource()} nowhere`)).stderr).toContain(`${resource()} "nowhere" not found`);
  });

  it("waits for a condition, patches status and sees it in the table", async () => {
    await apply("waited", { replicas: 1 });
    const waiting = run(`wait --for=condition=Ready ${resource()}/waited --timeout=30s`);
    const status = JSON.stringify({ status: { conditions: [{ type: "Ready", status: "True" }] } });
    await run(`patch ${resource()} waited --subresource=status --type=merge -p ${status}`);
    expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining("condition met") });
    expect(rows(await run(`get ${resource()} waited`))[1]?.[2]).toBe("True");
  });

  it("follows changes with get --watch", async () => {
    await apply("followed", { replicas: 1 });
    const args = ["--namespace", play.namespace, "get", resource(), "followed", "--watch"];
    const watching = new RunningKubectl(target, args);
    const shown = (replicas: number) =>
      eventually(async () => {
        const found = rows(watching).some(([name, cell]) => name === "followed" && cell === String(replicas));
        return found || undefined;
      }, `row with ${replicas} replicas`);
    try {
      await shown(1);
      await play.patch("followed", { spec: { replicas: 2 } });
      await shown(2);
    } finally {
      await watching.stop();
    }
    expect(rows(watching).filter(([name]) => name === "NAME")).toHaveLength(1);
  });

  it("describes an object with its events", async () => {
    await apply("described", { replicas: 1 });
    const { metadata } = (await play.get("described")).body;
    await play.send("POST", `/api/v1/namespaces/${play.namespace}/events`, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "described.1", namespace: play.namespace },
      involvedObject: {
        apiVersion: `${play.group}/v1`,
        kind: "Widget",
        name: "described",
        namespace: play.namespace,
        uid: metadata.uid,
      },
      type: "Normal",
      reason: "Tested",
      message: "an event of the test",
      count: 1,
      firstTimestamp: metadata.creationTimestamp,
      lastTimestamp: metadata.creationTimestamp,
      source: { component: "contract" },
    });
    const { stdout } = await run(`describe ${resource()} described`);
    expect(stdout).toMatch(/Name: +described/);
    expect(stdout).toMatch(/Replicas: +1/);
    if (target.name === "embedded") expect(stdout).toMatch(/Normal +Tested .*an event of the test/);
  });

  it("labels, annotates, patches and scales", async () => {
    await apply("edited", { replicas: 1 });
    for (const args of [
      `label ${resource()} edited team=blue`,
      `annotate ${resource()} edited note=x`,
      `patch ${resource()} edited --type=json -p [{"op":"add","path":"/spec/id","value":7}]`,
      `scale ${resource()} edited --replicas=4`,
    ])
      expect(await run(args)).toMatchObject({ code: 0 });
    const { metadata, spec } = (await play.get("edited")).body;
    expect(metadata.labels).toEqual({ team: "blue" });
    expect(metadata.annotations.note).toBe("x");
    expect(spec).toMatchObject({ id: 7, replicas: 4 });
  });

  it("deletes and waits until finalizers are gone", async () => {
    await play.create("doomed", { replicas: 1 }, { finalizers: ["example.com/one"] });
    const deleting = run(`delete ${resource()} doomed --timeout=30s`);
    await run(
      `wait --for=jsonpath={.metadata.deletionGracePeriodSeconds}=0 ${resource()}/doomed --timeout=30s`,
    );
    await play.patch("doomed", { metadata: { finalizers: null } });
    expect(await deleting).toMatchObject({ code: 0 });
    expect((await play.get("doomed")).code).toBe(404);
  });

  it("knows the resources, explains the fields and diffs a change", async () => {
    const resources = rows(await run(`api-resources --api-group=${play.group}`));
    expect(resources[1]).toEqual(["widgets", "wd", `${play.group}/v1`, "true", "Widget"]);
    const explained = (await run(`explain ${resource()}.spec`)).stdout;
    expect(explained).toContain("What is wanted.");
    expect(explained).toMatch(/replicas\s+<integer> -required-/);
    await apply("differing", { replicas: 1 });
    const diff = await run("diff -f -", JSON.stringify(play.widget("differing", { replicas: 2 })));
    expect(diff.stdout).toMatch(/^\+ {2}replicas: 2$/m);
  });

  it("creates namespaces, config maps and secrets, whose commands speak protobuf", async () => {
    const namespace = `${play.namespace}-made`;
    expect((await run(`create namespace ${namespace}`)).stdout).toContain("created");
    expect((await run("create configmap made --from-literal=key=value")).stdout).toContain("created");
    expect((await run("create secret generic made --from-literal=key=value")).stdout).toContain("created");
    expect((await run("get configmap made -o jsonpath={.data.key}")).stdout).toBe("value");
    expect((await run("get secret made -o jsonpath={.data.key}")).stdout).toBe("dmFsdWU=");
    expect((await run(`get namespace ${namespace} -o jsonpath={.status.phase}`)).stdout).toBe("Active");
  });

  it("asks what it may do", async () => {
    expect((await run("auth can-i create pods")).stdout.trim()).toBe("yes");
  });
});
