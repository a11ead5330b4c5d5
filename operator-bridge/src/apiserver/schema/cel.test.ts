// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { checkRules } from "./celRules.ts";
import { checkRule } from "./celTypes.ts";
import { celIdentifier } from "./celValues.ts";
import type { StructuralSchema, ValidationRule } from "./structural.ts";

const schema: StructuralSchema = {
  type: "object",
  properties: {
    count: { type: "integer" },
    ratio: { type: "number" },
    name: { type: "string" },
    since: { type: "string", format: "date-time" },
    names: { type: "array", items: { type: "string" } },
    ports: { type: "object", additionalProperties: { type: "integer" } },
    function: { type: "string" },
    "max-size": { type: "integer" },
  },
};
const value = {
  count: 3,
  ratio: 2,
  name: "web-1",
  since: "2026-01-02T03:04:05Z",
  names: ["b", "a", "c"],
  ports: { http: 80, https: 443 },
  function: "firewall",
  "max-size": 9,
};

const messages = (rule: ValidationRule, old?: object) =>
  checkRules(value, old, { ...schema, "x-kubernetes-validations": [rule] }, "spec").map(
    (cause) => cause.message,
  );

describe("a rule", () => {
  it.each([
    "self.count + 1 == 4",
    "self.ratio / 2.0 == 1.0",
    "has(self.count) && !has(self.missing)",
    "self.names.all(n, n.size() == 1) && self.names.exists_one(n, n == 'a')",
    "self.names.map(n, n + '!').filter(n, n.startsWith('a')).size() == 1",
    "!self.names.isSorted() && self.names.indexOf('c') == 2 && self.names.max() == 'c'",
    "self.ports.all(name, self.ports[name] < 1000) && 'http' in self.ports",
    "self.name.matches('^[a-z]+-[0-9]$') && self.name.find('[0-9]') == '1'",
    "self.name.replace('web', 'dns').split('-') == ['dns', '1']",
    "self.since < timestamp('2026-01-03T00:00:00Z')",
    "self.__function__ == 'firewall' && self.max__dash__size == 9",
    "[1, 2, 3].sum() == self.count * 2",
    "isIP('10.0.0.1') && isCIDR('fd00::/8') && !isCIDR('10.0.0.0/33')",
  ])("holds and compiles: %s", (rule) => {
    expect(checkRule({ rule }, schema)).toBeUndefined();
    expect(messages({ rule })).toEqual([]);
  });

  it.each([
    ["self.missing == 1", "No such key"],
    ["self.name + 1 == 2", "no such overload"],
    ["self.count", "must evaluate to a bool"],
    ["self.count ==", "compilation failed"],
    ["other == 1", "compilation failed"],
  ])("is refused with its schema: %s", (rule, why) => {
    expect(checkRule({ rule }, schema)).toContain(why);
  });

  it("fails with its message, with its messageExpression, or by quoting itself", () => {
    const rule = "self.count > 3";
    expect(messages({ rule, message: "too few" })).toEqual([expect.stringContaining("too few")]);
    const messageExpression = "'only ' + string(self.count)";
    expect(messages({ rule, messageExpression })).toEqual([expect.stringContaining("only 3")]);
    expect(messages({ rule })).toEqual([expect.stringContaining("failed rule: self.count > 3")]);
  });

  it("fails, and does not throw, when it can't be evaluated", () => {
    expect(messages({ rule: "self.names[9] == 'x'" })).toHaveLength(1);
  });

  it("sees oldSelf only where there is one, or as an optional when it asks for that", () => {
    const transition = { rule: "self.count > oldSelf.count", message: "may only grow" };
    expect(messages(transition)).toEqual([]);
    expect(messages(transition, { count: 2 })).toEqual([]);
    expect(messages(transition, { count: 3 })).toHaveLength(1);
    const optional = { rule: "oldSelf.hasValue() || self.count == 3", optionalOldSelf: true };
    expect(messages(optional)).toEqual([]);
    expect(messages(optional, { count: 1 })).toEqual([]);
  });
});

it.each([
  ["plain", "plain"],
  ["max-size", "max__dash__size"],
  ["a.b/c", "a__dot__b__slash__c"],
  ["my__name", "my__underscores__name"],
  ["namespace", "__namespace__"],
  ["0digit", undefined],
])("escapes the field name %s as Kubernetes does", (field, identifier) => {
  expect(celIdentifier(field)).toBe(identifier);
});
