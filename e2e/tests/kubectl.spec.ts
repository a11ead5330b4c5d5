// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileChain, functionKinds } from "@nfaas/domain";
import { stringify } from "yaml";
import { lineGraph, usualRules } from "../harness/console-api.ts";
import { expect, test } from "../harness/test.ts";

test("kubectl lists, describes and waits for chains as for any resource", async ({ nfaas, acmeChain }) => {
  await acmeChain.publishAndWait(lineGraph(usualRules));
  const table = await nfaas.kubectl("get", "servicechains", "-A");
  expect(table).toMatch(/NAMESPACE\s+NAME.*READY/);
  expect(table).toMatch(/tenant-acme\s+web.*True/);
  expect(await nfaas.kubectl("describe", "servicechain", "web", "-n", "tenant-acme")).toMatch(
    /Type:\s+Programmed/,
  );
  const ready = ["--for=condition=Ready", "servicechain/web", "-n", "tenant-acme", "--timeout=20s"];
  expect(await nfaas.kubectl("wait", ...ready)).toContain("condition met");
});

test("a chain applied by kubectl with a loop is refused with the reason in its conditions", async ({
  nfaas,
}) => {
  const graph = lineGraph(usualRules);
  const compiled = compileChain(
    graph,
    { tenant: "globex", chain: "loop", revision: 1 },
    { attachments: ["client", "server"], functions: functionKinds },
  );
  if (!compiled.ok) throw new Error("the graph should compile");
  const { chain } = compiled;
  chain.spec.nodes.push({
    name: "fw2",
    function: "firewall",
    config: { rules: usualRules, defaultAction: "deny" },
  });
  chain.spec.edges.push({ name: "there", from: "fw", to: "fw2", match: { protocol: "tcp" } });
  chain.spec.edges.push({ name: "back", from: "fw2", to: "fw" });
  const folder = mkdtempSync(join(tmpdir(), "nfaas-kubectl-"));
  try {
    const file = join(folder, "loop.yaml");
    writeFileSync(file, stringify(chain));
    await nfaas.kubectl("apply", "-f", file);
    const refused = [
      "--for=condition=Accepted=false",
      "servicechain/loop",
      "-n",
      "tenant-globex",
      "--timeout=20s",
    ];
    await nfaas.kubectl("wait", ...refused);
    const path = "jsonpath={.status.conditions[?(@.type=='Accepted')].message}";
    expect(await nfaas.kubectl("get", "servicechain", "loop", "-n", "tenant-globex", "-o", path)).toContain(
      "NF107",
    );
  } finally {
    await nfaas.kubectl("delete", "servicechain", "loop", "-n", "tenant-globex", "--ignore-not-found");
    rmSync(folder, { recursive: true });
  }
});

test("an object that breaks the schema is refused at the door with the field's name", async ({ nfaas }) => {
  const patch = JSON.stringify({ spec: { tenantId: 99 } });
  await expect(nfaas.kubectl("patch", "tenant", "acme", "--type=merge", "-p", patch)).rejects.toThrow(
    /tenantId/,
  );
});
