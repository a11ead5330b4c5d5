// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { judgeTap, tapsOf } from "./tap.ts";

const plain = {
  name: "tap",
  gateway: "east",
  edgePort: "e0",
  address: "10.0.9.1/24",
  prefixes: ["10.0.9.0/24"],
};

describe("a tap", () => {
  it("has a collector on its link", () => {
    expect(judgeTap({ ...plain, tap: { collector: "10.0.9.10" } })).toBeUndefined();
    expect(judgeTap(plain)).toBeUndefined();
  });
  it.each([
    ["off the link", { tap: { collector: "10.0.2.1" } }, /not in the subnet/],
    ["the gateway itself", { tap: { collector: "10.0.9.1" } }, /gateway's own/],
    ["no address", { tap: { collector: "10.0.9.999" } }, /not in the subnet/],
    ["beside servers", { tap: { collector: "10.0.9.10" }, directReturn: { servers: [] } }, /no servers/],
  ])("is of no use with a collector %s", (_, change, why) => {
    expect(judgeTap({ ...plain, ...change })).toMatch(why);
  });
  it("is told from other attachments by its collector", () => {
    expect(tapsOf([plain, { ...plain, name: "b", tap: { collector: "10.0.9.10" } }])).toEqual(["b"]);
  });
});
