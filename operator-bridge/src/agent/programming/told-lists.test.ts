// SPDX-License-Identifier: Apache-2.0
import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type DomainList, DomainListSchema } from "../generated/nfaas_dataplane_pb.ts";
import { ToldLists } from "./told-lists.ts";

const list = (name: string): DomainList =>
  create(DomainListSchema, { name, digest: Buffer.from(name), names: Buffer.from(`${name}.example`) });
const told = (lists: readonly DomainList[]): number[] => lists.map(({ names }) => names.length);

describe("domain lists that a process is told", () => {
  it("go with their names once, then by digest, and again when they were dropped meanwhile", () => {
    const [a, b] = [list("a"), list("b")];
    const lists = new ToldLists();
    expect(told(lists.shorten([a, b]))).toEqual([9, 9]);
    lists.taken([a, b]);
    expect(told(lists.shorten([a, b]))).toEqual([0, 0]);
    lists.taken([b]);
    expect(told(lists.shorten([a, b]))).toEqual([9, 0]);
    lists.forget();
    expect(told(lists.shorten([a, b]))).toEqual([9, 9]);
  });
});
