// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { judgeServers } from "./direct-return.ts";

const attachment = (...addresses: string[]) => ({
  name: "web",
  gateway: "east",
  edgePort: "e0",
  address: "10.0.2.1/24",
  prefixes: ["10.0.2.0/24"],
  directReturn: { servers: addresses.map((address, i) => ({ name: `s${i}`, address })) },
});

describe("servers of direct return", () => {
  it("takes hosts of the attachment's subnet", () => {
    const { servers, faults } = judgeServers(attachment("10.0.2.11", "10.0.2.12"));
    expect(servers.map((s) => s.name)).toEqual(["s0", "s1"]);
    expect(faults).toEqual([]);
  });

  it.each([
    ["off the link", "10.0.3.1", /not in the subnet/],
    ["the gateway itself", "10.0.2.1", /gateway's own/],
    ["one that another has", "10.0.2.11", /another server's/],
    ["no address", "10.0.2.999", /not in the subnet/],
  ])("leaves out %s and says why", (_, address, why) => {
    const { servers, faults } = judgeServers(attachment("10.0.2.11", address));
    expect(servers.map((s) => s.name)).toEqual(["s0"]);
    expect(faults.map((f) => f.message)).toEqual([expect.stringMatching(why)]);
  });

  it("takes hosts of its IPv6 subnet too, if it has one", () => {
    const of = (...addresses: string[]) =>
      judgeServers({ ...attachment(...addresses), address6: "2001:db8:2::1/64" });
    const { servers, faults } = of(
      "10.0.2.11",
      "2001:db8:2::b",
      "2001:DB8:2:0::B",
      "2001:db8:2::1",
      "2001:db8:3::b",
    );
    expect(servers.map((s) => s.address)).toEqual(["10.0.2.11", "2001:db8:2::b"]);
    expect(faults.map((f) => f.message)).toEqual(
      [/another server's/, /gateway's own/, /not in the subnet/].map((why) => expect.stringMatching(why)),
    );
    expect(judgeServers(attachment("2001:db8:2::b")).servers).toEqual([]);
  });

  it("has nothing to say of an attachment without", () => {
    const { directReturn: _, ...plain } = attachment();
    expect(judgeServers(plain)).toEqual({ servers: [], faults: [] });
  });
});
