// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explainDrop } from "./drop-reasons.ts";

const protocol = readFileSync(
  new URL("../../dataplane/proto/nfaas_dataplane.proto", import.meta.url),
  "utf8",
);
const reasons = [...protocol.matchAll(/^\s*DROP_REASON_(\w+) = [1-9]/gm)].map(([, name]) =>
  name!.toLowerCase().replaceAll("_", "-"),
);

test("the protocol's drop reasons are found", () => {
  expect(reasons).toContain("denied");
});

test.each(reasons)("%s, a drop reason of the data plane, is explained to people", (reason) => {
  expect(explainDrop(reason)).not.toBe(reason);
});

test("a reason this console doesn't know yet is shown as it is", () => {
  expect(explainDrop("constructor")).toBe("constructor");
});
