// SPDX-License-Identifier: Apache-2.0
import type { ProcessIdentity } from "../process/identity.ts";

/** A process the launcher starts and keeps running. */
export interface Part {
  readonly name: string;
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
  /** Whether the part does its work now. Absent: running is enough. */
  readonly probe?: () => Promise<boolean>;
  readonly stopSignal?: NodeJS.Signals;
  /** How long it may take to end after the stop signal before SIGKILL, in milliseconds. */
  readonly stopGraceMs?: number;
}

/** starting: runs, never ready yet; waiting: ended, starts again soon; unready: was ready and is not now. */
export type PartState = "starting" | "ready" | "unready" | "waiting" | "stopped";

export interface PartStatus {
  readonly name: string;
  readonly state: PartState;
  readonly process?: ProcessIdentity;
  /** When the state was entered, ISO 8601. */
  readonly since: string;
  readonly restarts: number;
  readonly lastExit?: string;
}

/** What `status` shows and `down` goes by; on disk, so that it survives the supervisor. */
export interface InstanceStatus {
  readonly supervisor: ProcessIdentity;
  readonly phase: "starting" | "up" | "stopping";
  readonly url: string;
  readonly parts: readonly PartStatus[];
}
