// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { containsPrefix, formatPrefix, hasHostBits, maskPrefix, parsePrefix } from "./prefix.ts";

const parse = (text: string) => {
  const prefix = parsePrefix(text);
  if (!prefix) throw new Error(`${text} should parse`);
  return prefix;
};

describe("parsePrefix", () => {
  it.each([
    "10.0.0.0/33",
    "10.0.0/8",
    "10.0.0.256/8",
    "01.2.3.4/8",
    "::1/129",
    "1::2::3/64",
    "fe80::%eth0/64",
    "10.0.0.0/-1",
    "",
    "/8",
    "10.0.0.0/8/8",
    "1:2:3:4:5:6:7/64",
    "1:2:3:4:5:6:7:8:9",
  ])("refuses %s", (text) => {
    expect(parsePrefix(text)).toBeUndefined();
  });
  it.each([
    ["10.0.1.0/24", "10.0.1.0/24"],
    ["192.0.2.7", "192.0.2.7/32"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["::/0", "::/0"],
    ["2001:DB8::1", "2001:db8::1/128"],
    ["2001:db8:0:0:1:0:0:1/128", "2001:db8::1:0:0:1/128"],
    ["::ffff:10.0.0.1/96", "::ffff:a00:1/96"],
    ["1:0:2:3:4:5:6:7/128", "1:0:2:3:4:5:6:7/128"],
  ])("reads %s as %s (RFC 5952)", (text, formatted) => {
    expect(formatPrefix(parse(text))).toBe(formatted);
  });
});

describe("prefix arithmetic", () => {
  it("clears exactly the host bits", () => {
    expect(formatPrefix(maskPrefix(parse("10.1.255.255/20")))).toBe("10.1.240.0/20");
    expect(hasHostBits(parse("10.1.240.0/20"))).toBe(false);
  });
  it("contains what is inside and nothing of the other family", () => {
    expect(containsPrefix(parse("10.0.0.0/8"), parse("10.9.8.0/24"))).toBe(true);
    expect(containsPrefix(parse("10.9.8.0/24"), parse("10.0.0.0/8"))).toBe(false);
    expect(containsPrefix(parse("0.0.0.0/0"), parse("::/0"))).toBe(false);
  });
});
