// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readJson, writeJson } from "./files.ts";
import { type StatePaths, statePaths } from "./paths.ts";
import { findFreePort, isPortFree } from "./ports.ts";

export const defaultConsolePort = 3000;

export interface Ports {
  readonly console: number;
  readonly postgres: number;
  readonly kube: number;
  readonly operator: number;
  readonly agent: number;
  readonly identityProvider: number;
}

/** One NFaaS on this machine. Two of them differ in the state folder, and by that in everything else. */
export interface Instance {
  /** Names namespaces, interfaces and cgroups: `nf` and 4 hexadecimal digits of the state folder's hash. */
  readonly id: string;
  readonly paths: StatePaths;
  readonly ports: Ports;
  /** The console's URL, without a slash at its end. */
  readonly url: string;
}

export function instanceId(stateRoot: string): string {
  return `nf${createHash("sha256").update(stateRoot).digest("hex").slice(0, 4)}`;
}

interface InstanceFile {
  readonly id: string;
  readonly ports: Ports;
}

function toInstance(paths: StatePaths, ports: Ports): Instance {
  return { id: instanceId(paths.root), paths, ports, url: `http://127.0.0.1:${ports.console}` };
}

/** The instance as its last start left it; undefined when it never started. */
export function readInstance(environment: NodeJS.ProcessEnv = process.env): Instance | undefined {
  const paths = statePaths(environment.NFAAS_STATE ?? ".nfaas");
  const file = readJson<InstanceFile>(paths.instance);
  return file && toInstance(paths, file.ports);
}

/** NFAAS_PORT: a number, or 0 for any free port; without it the remembered port, at first 3000. */
async function chooseConsolePort(
  wanted: string | undefined,
  remembered: number | undefined,
): Promise<number> {
  if (wanted === "0") return remembered ?? findFreePort(new Set());
  return wanted === undefined ? (remembered ?? defaultConsolePort) : Number(wanted);
}

/**
 * Chooses the ports for a start and remembers them in instance.json. The console's port is the user's to choose: when
 * it is busy the preflight says so; any other port that has become busy is replaced.
 */
export async function prepareInstance(environment: NodeJS.ProcessEnv = process.env): Promise<Instance> {
  const paths = statePaths(environment.NFAAS_STATE ?? ".nfaas");
  mkdirSync(paths.run, { recursive: true });
  mkdirSync(paths.logs, { recursive: true });
  const last = readJson<InstanceFile>(paths.instance)?.ports;
  const console = await chooseConsolePort(environment.NFAAS_PORT, last?.console);
  const taken = new Set([console]);
  const choose = async (remembered: number | undefined): Promise<number> => {
    const keep = remembered !== undefined && !taken.has(remembered) && (await isPortFree(remembered));
    const port = keep ? remembered : await findFreePort(taken);
    taken.add(port);
    return port;
  };
  const ports: Ports = {
    console,
    postgres: await choose(last?.postgres),
    kube: await choose(last?.kube),
    operator: await choose(last?.operator),
    agent: await choose(last?.agent),
    identityProvider: await choose(last?.identityProvider),
  };
  const instance = toInstance(paths, ports);
  writeJson(paths.instance, { id: instance.id, ports } satisfies InstanceFile);
  return instance;
}
