// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { judgeAttachment } from "./attachment.ts";

const plain = {
  name: "lan",
  gateway: "east",
  edgePort: "e0",
  address: "10.0.9.1/24",
  prefixes: ["10.0.9.0/24"],
};

describe("an attachment", () => {
  it("is carried with addresses of both families", () => {
    expect(judgeAttachment(plain)).toBeUndefined();
    expect(
      judgeAttachment({ ...plain, address6: "2001:db8::1/64", prefixes: ["2001:db8::/64"] }),
    ).toBeUndefined();
  });
  it.each([
    ["an address out of range", { address: "10.0.9.300/24" }, /^address "10.0.9.300\/24"/],
    ["a length out of range", { address: "10.0.9.1/33" }, /^address /],
    ["no length", { address: "10.0.9.1" }, /^address /],
    ["IPv6 where IPv4 belongs", { address: "2001:db8::1/64" }, /^address /],
    ["IPv4 where IPv6 belongs", { address6: "10.0.9.1/24" }, /^address6 /],
    ["two gaps in an IPv6 address", { address6: "2001::db8::1/64" }, /^address6 /],
    ["a wrong prefix", { prefixes: ["10.0.9.0/24", "10.0.9.0/99"] }, /^prefix "10.0.9.0\/99"/],
    ["a collector elsewhere", { tap: { collector: "10.0.2.1" } }, /^collector /],
  ])("is not carried with %s", (_, change, why) => {
    expect(judgeAttachment({ ...plain, ...change })).toMatch(why);
  });
});
