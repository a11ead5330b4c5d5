// SPDX-License-Identifier: Apache-2.0
import { beforeAll, describe, expect, it } from "vitest";
import { causesOf, Playground, targets, widgetDefinition } from "./fixtures.ts";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** A spec that is refused, and the causes both servers must name. */
const refused: [string, object, string[]][] = [
  ["a missing required field", {}, ["FieldValueRequired spec.replicas"]],
  ["a wrong type", { replicas: "two" }, ["FieldValueTypeInvalid spec.replicas"]],
  ["a fraction for an integer", { replicas: 1.5 }, ["FieldValueTypeInvalid spec.replicas"]],
  ["a number below the minimum", { replicas: 0 }, ["FieldValueInvalid spec.replicas"]],
  ["a number above the maximum", { replicas: 11 }, ["FieldValueInvalid spec.replicas"]],
  ["a value outside the enum", { replicas: 1, mode: "odd" }, ["FieldValueNotSupported spec.mode"]],
  ["a string against the pattern", { replicas: 1, prefix: "ten" }, ["FieldValueInvalid spec.prefix"]],
  [
    "a string against the format",
    { replicas: 1, address: "10.0.0.256" },
    ["FieldValueTypeInvalid spec.address"],
  ],
  ["a string too long", { replicas: 1, tags: ["x".repeat(17)] }, ["FieldValueTooLong spec.tags[0]"]],
  ["a duplicate in a set", { replicas: 1, tags: ["a", "b", "a"] }, ["FieldValueDuplicate spec.tags[2]"]],
  [
    "a duplicate key in a list-map",
    { replicas: 1, nodes: [{ name: "a" }, { name: "a", weight: 2 }] },
    ["FieldValueDuplicate spec.nodes[1]"],
  ],
  ["a list too long", { replicas: 1, tags: ["a", "b", "c", "d", "e"] }, ["FieldValueTooMany spec.tags"]],
  ["a boolean for int-or-string", { replicas: 1, port: true }, ["FieldValueTypeInvalid spec.port"]],
  ["a null in a list", { replicas: 1, tags: ["a", null] }, ["FieldValueTypeInvalid spec.tags[1]"]],
  ["a rule that does not hold", { replicas: 1, edges: [{ to: "gone" }] }, ["FieldValueInvalid spec"]],
  [
    "what a rule with a reason and a field of its own forbids",
    { replicas: 7 },
    ["FieldValueForbidden spec.replicas"],
  ],
  [
    "several things at once",
    { mode: "odd", nodes: [{ weight: "x" }] },
    [
      "FieldValueNotSupported spec.mode",
      "FieldValueRequired spec.nodes[0].name",
      "FieldValueRequired spec.replicas",
      "FieldValueTypeInvalid spec.nodes[0].weight",
    ],
  ],
];

describe.each(targets)("schemas on the $name API", (target) => {
  let play: Playground;
  beforeAll(async () => {
    play = await Playground.make(target);
  });

  it.each(refused)("refuses %s and names the field", async (_, spec, causes) => {
    const answer = await play.send("POST", play.widgets, play.widget("refused", spec));
    expect(answer).toMatchObject({ code: 422, body: { reason: "Invalid", details: { kind: "Widget" } } });
    expect(causesOf(answer)).toEqual(causes);
  });

  it("fills in defaults, also inside lists, and takes a null that is not allowed as absent", async () => {
    const spec = { replicas: 1, mode: null, prefix: null, nodes: [{ name: "a" }] };
    const created = await play.create("filled", spec);
    expect(created.spec).toEqual({ replicas: 1, mode: "safe", edges: [], nodes: [{ name: "a", weight: 1 }] });
  });

  it("drops unknown fields with a warning, but for those under preserve-unknown-fields", async () => {
    const spec = { replicas: 1, odd: 1, nodes: [{ name: "a", odd: 2 }], config: { any: { thing: [1] } } };
    const answer = await play.send("POST", play.widgets, play.widget("pruned", spec));
    expect(answer.code).toBe(201);
    expect(answer.body.spec).not.toHaveProperty("odd");
    expect(answer.body.spec.nodes).toEqual([{ name: "a", weight: 1 }]);
    expect(answer.body.spec.config).toEqual({ any: { thing: [1] } });
    const warnings = String(answer.headers.warning);
    expect(warnings).toContain(String.raw`unknown field \"spec.odd\"`);
    expect(warnings).toContain(String.raw`unknown field \"spec.nodes[0].odd\"`);
  });

  it("refuses unknown fields under strict validation and keeps silent when told to ignore them", async () => {
    const body = play.widget("unknown", { replicas: 1, odd: 1 });
    const strict = await play.send("POST", `${play.widgets}?fieldValidation=Strict`, body);
    expect(strict).toMatchObject({ code: 400, body: { reason: "BadRequest" } });
    expect(strict.body.message).toContain('unknown field "spec.odd"');
    const ignored = await play.send("POST", `${play.widgets}?fieldValidation=Ignore`, body);
    expect(ignored.code).toBe(201);
    expect(ignored.headers.warning).toBeUndefined();
    expect((await play.send("POST", `${play.widgets}?fieldValidation=Odd`, body)).code).toBe(422);
  });

  it("gives a rule's own message, and evaluates its messageExpression", async () => {
    const edge = await play.send(
      "POST",
      play.widgets,
      play.widget("told", { replicas: 1, edges: [{ to: "x" }] }),
    );
    expect(edge.body.message).toContain("an edge names a missing node");
    const mode = await play.send("POST", play.widgets, play.widget("told", { replicas: 10, mode: "fast" }));
    expect(mode.body.message).toContain("too many for mode fast");
  });

  it("holds transition rules against the old value, and only when there is one", async () => {
    await play.create("constant", { replicas: 1 });
    expect((await play.patch("constant", { spec: { id: 5 } })).code).toBe(200);
    const changed = await play.patch("constant", { spec: { id: 6 } });
    expect(changed.code).toBe(422);
    expect(causesOf(changed)).toEqual(["FieldValueInvalid spec.id"]);
    expect(changed.body.message).toContain("id is immutable");
  });

  it("matches the elements of a list-map by key for transition rules", async () => {
    await play.create("keyed", { replicas: 1, nodes: [{ name: "a", kind: "x" }] });
    const moved = {
      spec: {
        nodes: [
          { name: "b", kind: "y" },
          { name: "a", kind: "x" },
        ],
      },
    };
    expect((await play.patch("keyed", moved)).code).toBe(200);
    const changed = await play.patch("keyed", { spec: { nodes: [{ name: "b", kind: "z" }] } });
    expect(causesOf(changed)).toEqual(["FieldValueInvalid spec.nodes[0].kind"]);
  });

  it("validates status when status is written", async () => {
    await play.create("reported");
    const path = `${play.widgets}/reported/status`;
    const merge = { "content-type": "application/merge-patch+json" };
    const bad = await play.send("PATCH", path, { status: { conditions: [{ type: "Ready" }] } }, merge);
    expect(causesOf(bad)).toEqual(["FieldValueRequired status.conditions[0].status"]);
    const good = { status: { conditions: [{ type: "Ready", status: "True" }] } };
    expect((await play.send("PATCH", path, good, merge)).code).toBe(200);
  });

  it("establishes a definition and says so in its conditions", async () => {
    const { body } = await play.send("GET", `${crds}/widgets.${play.group}`);
    expect(body.status.conditions).toContainEqual(
      expect.objectContaining({ type: "Established", status: "True" }),
    );
    expect(body.status.acceptedNames).toMatchObject({ singular: "widget", listKind: "WidgetList" });
    expect(body.status.storedVersions).toEqual(["v1"]);
  });

  it("refuses definitions whose schema is not structural or whose rules do not compile", async () => {
    const define = (properties: object, rules: object[] = []) => {
      const crd = widgetDefinition("refused.example.com");
      crd.spec.versions[0].schema.openAPIV3Schema = {
        type: "object",
        properties: { spec: { type: "object", properties, "x-kubernetes-validations": rules } },
      };
      return play.send("POST", crds, crd);
    };
    const spec = "spec.validation.openAPIV3Schema.properties[spec]";
    const untyped = await define({ a: {} });
    expect(untyped.code).toBe(422);
    expect(causesOf(untyped)).toEqual([`FieldValueRequired ${spec}.properties[a].type`]);
    const rules = [{ rule: "self.missing > 1" }, { rule: "self.a +" }, { rule: "self.a" }];
    const broken = await define({ a: { type: "integer" } }, rules);
    expect(causesOf(broken)).toEqual(
      rules.map((_, index) => `FieldValueInvalid ${spec}.x-kubernetes-validations[${index}].rule`),
    );
  });

  it("refuses a definition whose name is not plural.group, or whose scope is unknown", async () => {
    const crd = widgetDefinition("named.example.com");
    const named = await play.send("POST", crds, { ...crd, metadata: { name: "other.named.example.com" } });
    expect(causesOf(named)).toContain("FieldValueInvalid metadata.name");
    const scoped = await play.send("POST", crds, { ...crd, spec: { ...crd.spec, scope: "Galactic" } });
    expect(causesOf(scoped)).toContain("FieldValueNotSupported spec.scope");
  });

  it("serves all versions of a definition from the same objects", async () => {
    const crd = widgetDefinition(`multi-${play.group}`);
    const [v1] = crd.spec.versions;
    crd.spec.versions = [v1, { ...v1, name: "v2", storage: false }];
    await play.define(crd);
    const path = (version: string) =>
      `/apis/${crd.spec.group}/${version}/namespaces/${play.namespace}/widgets`;
    const body = {
      apiVersion: `${crd.spec.group}/v2`,
      kind: "Widget",
      metadata: { name: "both" },
      spec: { replicas: 1 },
    };
    expect((await play.send("POST", path("v2"), body)).code).toBe(201);
    const [first, second] = [
      await play.send("GET", `${path("v1")}/both`),
      await play.send("GET", `${path("v2")}/both`),
    ];
    expect(first.body.apiVersion).toBe(`${crd.spec.group}/v1`);
    expect(second.body.apiVersion).toBe(`${crd.spec.group}/v2`);
    expect(first.body.metadata.uid).toBe(second.body.metadata.uid);
  });
});
