// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { identify } from "../process/identity.ts";
import { waitUntil } from "../process/wait.ts";
import { show } from "./show.ts";
import { withWorkspace } from "./workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "nfaas-show-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("lets an interrupted command tidy up, then ends what it left in its group", async () => {
  const [pids, tidied] = [join(folder, "pids"), join(folder, "tidied")];
  const stubborn = `sh -c 'trap "" INT TERM; echo $$ >> ${pids}; while :; do sleep 1; done' &`;
  const script = `trap 'touch ${tidied}; exit 3' INT; ${stubborn} while :; do sleep 0.1; done`;
  const interrupting = new AbortController();
  const ran = show(["sh", "-c", script], interrupting.signal);
  expect(await waitUntil(() => existsSync(pids) && readFileSync(pids, "utf8").endsWith("\n"), 5_000)).toBe(
    true,
  );
  interrupting.abort();
  expect((await ran).status).toBe(3);
  expect(existsSync(tidied)).toBe(true);
  const left = Number(readFileSync(pids, "utf8"));
  expect(await waitUntil(() => identify(left) === undefined, 5_000)).toBe(true);
});

it("ends an instance that a suite left running in its workspace, and leaves no folder", async () => {
  const seen = await withWorkspace(async (workspace) => {
    const state = join(workspace, "state");
    mkdirSync(state);
    writeFileSync(join(state, "instance.json"), JSON.stringify({ id: "nfzzzz", ports: {} }));
    const env = { ...process.env, NFAAS_STATE: state, NFAAS_INSTANCE: "nfzzzz" };
    const part = spawn("sleep", ["1000"], { env, stdio: "ignore" });
    await once(part, "spawn");
    return { workspace, part };
  });
  expect(await waitUntil(() => seen.part.exitCode !== null || seen.part.signalCode !== null, 5_000)).toBe(
    true,
  );
  expect(existsSync(seen.workspace)).toBe(false);
});
