// SPDX-License-Identifier: Apache-2.0
// From a publish to the first packet on the new view, as a tenant would see it: the published graph differs in one
// rule, which lets ping through; the time runs from the request to the console until the first echo reply arrives.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ChainGraph } from "@nfaas/domain";
import { serverAddress } from "@nfaas/lab";
import { chromium, request } from "@playwright/test";
import { chromiumOptions } from "../../playwright.config.ts";
import { TestChain } from "../harness/chain.ts";
import { allowHttp, allowIperf, ConsoleApi, lineGraph, usualRules } from "../harness/console-api.ts";
import { RunningInstance } from "../harness/instance.ts";
import { signIn } from "../harness/sign-in.ts";

const tenant = "globex";
const user = "gina@globex.example";
const id = { tenant, chain: "web" };
const pingSeconds = 0.005;
const replyWithinMs = 30_000;

/** Signs in by the browser, then speaks to the console with its cookies. */
async function connect(nfaas: RunningInstance): Promise<ConsoleApi> {
  const browser = await chromium.launch(chromiumOptions);
  try {
    const context = await browser.newContext({ baseURL: nfaas.url });
    await signIn(await context.newPage(), user, nfaas.secrets.demoPasswords[user]);
    const storageState = await context.storageState();
    return new ConsoleApi(await request.newContext({ storageState }), nfaas.url);
  } finally {
    await browser.close();
  }
}

/** When the first echo reply arrived, in ms since the epoch; pings until then. */
async function firstReply(nfaas: RunningInstance): Promise<number> {
  const command = ["ping", "-D", "-n", "-i", String(pingSeconds), serverAddress];
  const [program = "", ...args] = nfaas.lab.commandIn(tenant, "client", command);
  const ping = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"], timeout: replyWithinMs });
  try {
    for await (const line of createInterface({ input: ping.stdout })) {
      const arrived = /^\[(\d+\.\d+)\] \d+ bytes from/.exec(line)?.[1];
      if (arrived !== undefined) return Number(arrived) * 1000;
    }
    throw new Error(`no echo reply within ${replyWithinMs / 1000} s of a publish that allows it`);
  } finally {
    ping.kill("SIGKILL");
  }
}

async function saveDraft(api: ConsoleApi, graph: ChainGraph): Promise<void> {
  const { draft } = await api.query("chains", "get", id);
  await api.mutate("chains", "saveDraft", { ...id, graph, version: draft.version });
}

/** @returns milliseconds */
async function measure(nfaas: RunningInstance, api: ConsoleApi): Promise<number> {
  await new TestChain(api, tenant).publishAndWait(lineGraph([allowHttp, allowIperf]));
  await saveDraft(api, lineGraph(usualRules));
  const reply = firstReply(nfaas);
  const published = Date.now();
  const [arrived] = await Promise.all([reply, api.mutate("chains", "publish", id)]);
  return arrived - published;
}

/** The smallest sample that at least `percent` of all do not exceed. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

async function main(count: number): Promise<void> {
  const nfaas = new RunningInstance(process.env.NFAAS_STATE ?? ".nfaas");
  const api = await connect(nfaas);
  const samples: number[] = [];
  for (let i = 1; i <= count; i++) {
    samples.push(await measure(nfaas, api));
    process.stdout.write(`  ${String(i).padStart(3)}  ${samples.at(-1)?.toFixed(0)} ms\n`);
  }
  const sorted = samples.toSorted((a, b) => a - b);
  const figures = Object.fromEntries(
    [0, 50, 90, 99, 100].map((p) => [`p${p}`, Math.round(percentile(sorted, p))]),
  );
  const text = Object.entries(figures).map(([name, value]) => `${name} ${value} ms`);
  process.stdout.write(
    `publish to first packet on the new view, ${count} samples: ${text.join(", ")} (goal p50 1000, p99 3000)\n`,
  );
  process.stdout.write(
    `${JSON.stringify({ benchmark: "publish", unit: "ms", samples: sorted.map(Math.round), ...figures })}\n`,
  );
}

await main(Number(process.argv[2] ?? 20));
process.exit(0);
