// SPDX-License-Identifier: Apache-2.0
// What a test leaves behind when it fails: enough to say what the pods did, without running it again.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach } from "vitest";
import type { Stack } from "./stack.ts";

const agentLines = 60;
const podLines = 15;

/** For each test of the suite. */
export function tellFailures(stack: () => Stack): void {
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => console.error(await story(stack())));
  });
}

async function story(stack: Stack): Promise<string> {
  const agents = stack.agentLogs().map(({ node, log }) => `--- agent of ${node}\n${log.tail(agentLines)}`);
  const drops = await dropsOf(stack).catch((error: unknown) => String(error));
  return [...agents, ...(await podLogs(stack.state)), `--- drops\n${drops}`].join("\n");
}

async function podLogs(state: string): Promise<string[]> {
  const folder = join(state, "run/pods");
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(folder, name, "log"), "utf8").catch(String);
      return `--- ${name}\n${text.trimEnd().split("\n").slice(-podLines).join("\n")}`;
    }),
  );
}

async function dropsOf({ agentUrl, token }: Stack): Promise<string> {
  const response = await fetch(`${agentUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split("\n");
  return lines.filter((line) => /^nfaas_\w*dropped\w*\{/.test(line) && !line.endsWith(" 0")).join("\n");
}
