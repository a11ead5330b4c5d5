// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { emptyFields, readFields } from "./flow-fields.ts";

test("blank fields ask for any packet", () => {
  expect(readFields(emptyFields)).toEqual({ ok: true, flow: { protocol: "any" }, packets: 4 });
});

test("a whole 5-tuple is read as it is typed", () => {
  const fields = {
    source: " 10.1.0.2 ",
    destination: "10.2.0.0/24",
    protocol: "tcp",
    sourcePort: "4000",
    destinationPort: "80",
    packets: "32",
  } as const;
  expect(readFields(fields)).toEqual({
    ok: true,
    flow: {
      source: "10.1.0.2",
      destination: "10.2.0.0/24",
      protocol: "tcp",
      sourcePort: 4000,
      destinationPort: 80,
    },
    packets: 32,
  });
});

test("ports left over from another protocol are not asked for", () => {
  const read = readFields({ ...emptyFields, protocol: "icmp", destinationPort: "80" });
  expect(read).toMatchObject({ ok: true, flow: { protocol: "icmp" } });
  expect(read.ok && read.flow.destinationPort).toBeUndefined();
});

test.each([
  ["source", { source: "10.1.0" }],
  ["destination", { destination: "server" }],
  ["sourcePort", { protocol: "tcp", sourcePort: "0" }],
  ["destinationPort", { protocol: "udp", destinationPort: "65536" }],
  ["packets", { packets: "33" }],
] as const)("what is wrong is said at its field: %s", (field, change) => {
  const read = readFields({ ...emptyFields, ...change });
  expect(read.ok ? [] : Object.keys(read.errors)).toEqual([field]);
});
