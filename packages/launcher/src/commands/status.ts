// SPDX-License-Identifier: Apache-2.0
import { readInstance } from "../instance.ts";
import { isAlive } from "../process/identity.ts";
import { podProcesses } from "../teardown.ts";
import { type Command, parse } from "./options.ts";
import { readRunning } from "./running.ts";

interface Row {
  readonly part: string;
  readonly pid: string;
  readonly state: string;
  readonly since: string;
  readonly restarts: string;
}

const headings: Row = { part: "PART", pid: "PID", state: "STATE", since: "SINCE", restarts: "RESTARTS" };

/** Seconds, minutes or hours since a moment, for a person. */
export function age(since: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

function formatTable(rows: readonly Row[]): string {
  const all = [headings, ...rows];
  const columns = Object.keys(headings) as (keyof Row)[];
  const widths = columns.map((column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      columns
        .map((column, i) => row[column].padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function collect() {
  const instance = readInstance();
  const running = instance && readRunning(instance.paths);
  const pods = instance ? podProcesses(instance.paths).filter(isAlive) : [];
  return {
    running: running !== undefined,
    phase: running?.phase ?? "down",
    instance: instance?.id,
    url: running?.url,
    state: instance?.paths.root,
    parts: running?.parts ?? [],
    pods,
  };
}

export const status: Command = {
  summary: "what runs, since when, and how often it was started again",
  usage: "usage: ./nfaas status [--json]\nexit status: 0 when everything is ready, 3 when not",
  async run(args) {
    const { values } = parse({ args, options: { json: { type: "boolean" } } });
    const found = collect();
    const healthy = found.phase === "up" && found.parts.every((part) => part.state === "ready");
    if (values.json) {
      process.stdout.write(`${JSON.stringify({ ...found, healthy }, null, 2)}\n`);
      return healthy ? 0 : 3;
    }
    const parts = found.parts.map(({ name, process, state, since, restarts }) => ({
      part: name,
      pid: String(process?.pid ?? "-"),
      state,
      since: age(since),
      restarts: String(restarts),
    }));
    const pods = found.pods.map(({ pod, pid }) => ({
      part: `pod ${pod}`,
      pid: String(pid),
      state: "running",
      since: "-",
      restarts: "-",
    }));
    process.stdout.write(
      `NFaaS is ${found.phase}${found.url ? ` at ${found.url}` : ""} (instance ${found.instance ?? "none"})\n`,
    );
    if (parts.length + pods.length > 0) process.stdout.write(`${formatTable([...parts, ...pods])}\n`);
    return healthy ? 0 : 3;
  },
};
