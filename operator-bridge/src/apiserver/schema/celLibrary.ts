// SPDX-License-Identifier: Apache-2.0
// The functions Kubernetes adds to CEL that our rules may want: lists, regular expressions, addresses.
import { isIP } from "node:net";
import { Environment } from "@marcbachmann/cel-js";
import { isCidr } from "./formats.ts";

type Comparable = bigint | number | string | boolean | Date;

const isSorted = (list: Comparable[]): boolean =>
  list.every((item, index) => index === 0 || list[index - 1]! <= item);

function extreme(list: Comparable[], better: (a: Comparable, b: Comparable) => boolean): Comparable {
  if (list.length === 0) throw new Error("min or max of an empty list");
  return list.reduce((best, item) => (better(item, best) ? item : best));
}

function sum(list: (bigint | number)[]): bigint | number {
  return list.reduce<bigint | number>(
    (total, item) =>
      typeof item === "bigint" && typeof total === "bigint" ? total + item : Number(total) + Number(item),
    typeof list[0] === "number" ? 0 : 0n,
  );
}

/** A fresh environment with the standard and Kubernetes' functions and no variables. */
export function celEnvironment(): Environment {
  return new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerFunction("list.isSorted(): bool", isSorted)
    .registerFunction("list.sum(): dyn", sum)
    .registerFunction("list.min(): dyn", (list: Comparable[]) => extreme(list, (a, b) => a < b))
    .registerFunction("list.max(): dyn", (list: Comparable[]) => extreme(list, (a, b) => a > b))
    .registerFunction("list.indexOf(dyn): int", (list: unknown[], item: unknown) =>
      BigInt(list.indexOf(item)),
    )
    .registerFunction("list.lastIndexOf(dyn): int", (list: unknown[], item: unknown) =>
      BigInt(list.lastIndexOf(item)),
    )
    .registerFunction(
      "string.find(string): string",
      (text: string, re: string) => text.match(new RegExp(re, "u"))?.[0] ?? "",
    )
    .registerFunction("string.findAll(string): list<string>", (text: string, re: string) =>
      [...text.matchAll(new RegExp(re, "gu"))].map((found) => found[0]),
    )
    .registerFunction("string.replace(string, string): string", (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction("isIP(string): bool", (text: string) => isIP(text) !== 0)
    .registerFunction("isCIDR(string): bool", isCidr)
    .registerFunction("isURL(string): bool", (text: string) => URL.canParse(text));
}
