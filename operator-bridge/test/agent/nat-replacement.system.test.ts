// SPDX-License-Identifier: Apache-2.0
// NATs of a set are replaced, and taken away, under load: the server sees the same public ports all along.
import type { ServiceChainSpec } from "@nfaas/domain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionSets } from "../../src/kubernetes/resources.ts";
import { functionSet, publish, whenSettled } from "../operator/platform.ts";
import { eventually } from "../support/eventually.ts";
import { SetUnderLoad } from "./set-under-load.ts";
import { Stack } from "./stack.ts";
import { tellFailures } from "./story.ts";

const connections = 300;
const name = "nat-shared";

const graph = (revision: number): Partial<ServiceChainSpec> => ({
  revision,
  nodes: [
    { name: "client", attachment: "client" },
    { name: "nat", function: "nat", config: { publicPrefixes: ["192.0.2.8/30"] } },
    { name: "server", attachment: "server" },
  ],
  edges: [
    { name: `in-${revision}`, from: "client", to: "nat" },
    { name: "out", from: "nat", to: "server" },
  ],
});

describe("NATs of a set that go while they carry connections", () => {
  let stack: Stack;

  tellFailures(() => stack);
  beforeAll(async () => {
    stack = await Stack.start();
    const set = functionSet(name, 2);
    await stack.client.create(functionSets, { ...set, spec: { ...set.spec, function: "nat" } });
    await new SetUnderLoad(stack, name).whenSettled("two NATs", (uids) => uids.length === 2);
    await publish(stack.client, "acme", "web", graph(1));
    await whenSettled(stack.client, "acme", "web", 1);
    await eventually("an answer", async () => (await stack.lab.ping("acme", { count: 1 })).received === 1);
  }, 120_000);
  afterAll(async () => {
    await stack?.stop();
  });

  it("are all replaced with no connection lost and no outage", async () => {
    await new SetUnderLoad(stack, name).replaceAll(connections);
  });

  it("are taken away with no connection lost and no outage", async () => {
    await new SetUnderLoad(stack, name).scaleDown(connections);
  });

  it("leave what they counted behind: the view they carried still accounts for every packet", async () => {
    await publish(stack.client, "acme", "web", graph(2));
    const { status } = await whenSettled(stack.client, "acme", "web", 2);
    const retired = status?.retired?.at(-1);
    expect(retired).toMatchObject({ revision: 1, closed: true, lost: 0 });
    expect(retired?.injected).toBeGreaterThan(2 * connections);
  });
});
