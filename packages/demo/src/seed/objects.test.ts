// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { demoObjects } from "./objects.ts";

describe("the demo's platform", () => {
  const { tenants, gateways } = demoObjects("nf12ab");

  test("gives both companies the same addresses, and each edge port to one attachment only", () => {
    const [acme, globex] = tenants.map(({ spec }) => spec.attachments);
    expect(acme?.map(({ address, prefixes }) => [address, prefixes])).toEqual(
      globex?.map(({ address, prefixes }) => [address, prefixes]),
    );
    const used = [...(acme ?? []), ...(globex ?? [])].map(
      ({ gateway, edgePort }) => `${gateway}/${edgePort}`,
    );
    const offered = gateways.flatMap(({ metadata, spec }) =>
      spec.edgePorts.map(({ name }) => `${metadata.name}/${name}`),
    );
    expect(used.sort()).toEqual(offered.sort());
  });

  test("names interfaces that Linux takes, of this instance only", () => {
    const names = gateways.flatMap(({ spec }) => spec.edgePorts.map((port) => port.interface));
    expect(new Set(names).size).toBe(6);
    for (const name of names) expect(name).toMatch(/^nf12ab-[ag]-[cst]$/);
  });
});
