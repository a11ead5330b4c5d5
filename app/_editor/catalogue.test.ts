// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { type EditorCatalogue, graphContext } from "./catalogue.ts";

const firewall = {
  name: "firewall",
  displayName: "Firewall",
  description: "",
  outputs: [],
  configSchema: null,
};
const newer = {
  name: "from-the-future",
  displayName: "",
  description: "",
  outputs: ["a", "b"],
  configSchema: null,
};
const catalogue: EditorCatalogue = { attachments: [], functions: [firewall, newer], chains: [] };

test("a configuration is checked once, an equal new one again with the same result", () => {
  const { validate } = graphContext(catalogue).functions.firewall!;
  const config = {
    rules: [{ name: "r", action: "allow", protocol: "tcp", source: "nonsense" }],
    defaultAction: "deny",
  };
  const issues = validate(config);
  expect(issues[0]?.code).toBe("NF202");
  expect(validate(config)).toBe(issues);
  expect(validate(structuredClone(config))).toEqual(issues);
});

test("a function this console doesn't know yet can be drawn with its outputs", () => {
  const known = graphContext(catalogue).functions["from-the-future"]!;
  expect(known.outputs).toEqual(["a", "b"]);
  expect(known.validate({ anything: true })).toEqual([]);
});
