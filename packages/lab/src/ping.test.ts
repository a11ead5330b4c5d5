// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { parsePing, pingCommand } from "./ping.ts";

const answer = (sequence: number, more = "") =>
  `64 bytes from 10.0.2.10: icmp_seq=${sequence} ttl=61 time=0.5 ms${more}\n`;
const summary = (sent: number, received: number) =>
  `--- 10.0.2.10 ping statistics ---\n${sent} packets transmitted, ${received} received, time 500ms\n`;

describe("what is counted of a ping", () => {
  it("are answers to its requests, each once, but for those that only give the last ones time", () => {
    const lines = [1, 3, 4].map((n) => answer(n)).join("") + answer(3, " (DUP!)");
    expect(parsePing(lines + summary(4, 3), 4)).toEqual({ sent: 4, received: 3 });
    expect(parsePing(lines + summary(104, 103), 3)).toEqual({ sent: 3, received: 2 });
  });
  it("is nothing where there is no way", () => {
    expect(parsePing("ping: sendmsg: Network is unreachable", 3)).toEqual({ sent: 0, received: 0 });
  });
  it("goes on for a second at a fast rate", () => {
    const requests = (count: number, intervalSeconds: number) =>
      pingCommand("10.0.2.10", { count, intervalSeconds })[3];
    expect(requests(50, 0.01)).toBe("150");
    expect(requests(3, 0.2)).toBe("3");
    expect(requests(1, 0.01)).toBe("1");
  });
});
