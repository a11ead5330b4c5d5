// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ErrorCode, httpStatusOf } from "./errors.ts";

const page = readFileSync(new URL("../docs/failure-modes.md", import.meta.url), "utf8");
const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (\d+) /gm)].map(([, code, status]) => [
  code,
  Number(status),
]);

describe("docs/failure-modes.md", () => {
  test("says of every code its HTTP status, and of no other code", () => {
    const known = Object.values(ErrorCode).map((code) => [code, httpStatusOf(code)]);
    expect(rows.sort()).toEqual(known.sort());
  });
});
