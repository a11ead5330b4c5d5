// SPDX-License-Identifier: Apache-2.0
import { mkdirSync } from "node:fs";
import { readJson, writeJson } from "./files.ts";
import { chooseInstanceId, instanceId } from "./instance-id.ts";
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
  /** Names namespaces, interfaces and cgroups; see chooseInstanceId. */
  readonly id: string;
  readonly paths: StatePaths;
  readonly ports: Ports;
  /** The console's URL, without a slash at its end. */
  readonly url: string;
}

interface InstanceFile {
  readonly id: string;
  readonly ports: Ports;
}

function toInstance(paths: StatePaths, { id, ports }: InstanceFile): Instance {
  return { id, paths, ports, url: `http://127.0.0.1:${ports.console}` };
}

/** The instance as its last start left it; undefined when it never started. */
export function readInstance(environment: NodeJS.ProcessEnv = process.env): Instance | undefined {
  const paths = statePaths(environment.NFAAS_STATE ?? ".nfaas");
  const file = readJson<InstanceFile>(paths.instance);
  return file && toInstance(paths, file);
}

/** The id that the instance has or, before its first start, is likely to get. */
export const knownInstanceId = (paths: StatePaths): string =>
  readJson<InstanceFile>(paths.instance)?.id ?? instanceId(paths.root);

/** NFAAS_PORT: a number, or 0 for any free port; without it the remembered port, at first 3000. */
async function chooseConsolePort(
  wanted: string | undefined,
  remembered: number | undefined,
): Promise<number> {
  if (wanted === "0") return remembered ?? findFreePort(new Set());
  return wanted === undefined ? (remembered ?? defaultConsolePort) : Number(wanted);
}

/**
 * Chooses id and ports for a start and remembers them in instance.json. The console's port is the user's to choose: when
 * it is busy the preflight says so; any other port that has become busy is replaced.
 */
export async function prepareInstance(environment: NodeJS.ProcessEnv = process.env): Promise<Instance> {
  const paths = statePaths(environment.NFAAS_STATE ?? ".nfaas");
  mkdirSync(paths.run, { recursive: true });
  mkdirSync(paths.logs, { recursive: true });
  const file = readJson<InstanceFile>(paths.instance);
  const last = file?.ports;
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
  const chosen: InstanceFile = { id: chooseInstanceId(paths.root, file?.id), ports };
  writeJson(paths.instance, chosen);
  return toInstance(paths, chosen);
}
