// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { asWebGatewayConfig, formatPortRanges, parsePortRanges } from "./web-gateway.ts";

describe("editing a web gateway", () => {
  it.each([[undefined], [null], [{}], [{ lists: 3 }], [{ lists: [null, { name: "x" }] }]])(
    "shows no lists when the configuration is %j",
    (config) => {
      expect(asWebGatewayConfig(config).lists).toEqual([]);
    },
  );
  it("reads the ports it writes, and what are none as port 0", () => {
    const ports = [
      { first: 80, last: 80 },
      { first: 8000, last: 8100 },
    ];
    expect(parsePortRanges(formatPortRanges(ports))).toEqual(ports);
    expect(parsePortRanges(["http"])).toEqual([{ first: 0, last: 0 }]);
  });
});
