// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { labHosts } from "./topology.ts";
import { streamRate } from "./traffic.ts";

describe("lab", () => {
  it("names every edge interface apart and within the kernel's 15 characters", () => {
    const names = labHosts("nf12ab").map((host) => host.edgeInterface);
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(15);
    expect(names).toContain("nf12ab-a-c");
  });

  it("gives the hosts of both tenants the same addresses", () => {
    const of = (tenant: string) =>
      labHosts("nf0000")
        .filter((h) => h.tenant === tenant)
        .map((h) => [h.address, h.ipv6?.address]);
    expect(of("acme")).toEqual(of("globex"));
  });

  it("keeps the stream's rate between 5 and 40 Mbit/s and moves it", () => {
    const rates = Array.from({ length: 60 }, (_, i) => streamRate(i * 10, "acme"));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(5e6);
    expect(Math.max(...rates)).toBeLessThanOrEqual(40e6);
    expect(new Set(rates).size).toBeGreaterThan(10);
  });
});
