// SPDX-License-Identifier: Apache-2.0
/**
 * Everything that can stop the launcher, by a code that stays the same from release to release.
 * E0xx usage, E1xx the machine (preflight), E2xx packages and builds, E3xx the running product.
 */
const launcherErrors = {
  Usage: "NFAAS-E001",
  NotPrivileged: "NFAAS-E101",
  UnsupportedSystem: "NFAAS-E102",
  NodeTooOld: "NFAAS-E103",
  MemoryLow: "NFAAS-E104",
  DiskLow: "NFAAS-E105",
  PortBusy: "NFAAS-E106",
  SocketPathTooLong: "NFAAS-E107",
  CgroupsNotWritable: "NFAAS-E108",
  NamespacesMissing: "NFAAS-E109",
  HugepagesMissing: "NFAAS-E110",
  InstanceIdsTaken: "NFAAS-E111",
  PackagesMissing: "NFAAS-E201",
  PackagesFailed: "NFAAS-E202",
  CommandFailed: "NFAAS-E203",
  PartNotReady: "NFAAS-E301",
  OperationRunning: "NFAAS-E302",
  NotRunning: "NFAAS-E303",
  UnknownPart: "NFAAS-E304",
  CaptureFailed: "NFAAS-E305",
  LeftBehind: "NFAAS-E306",
} as const;

export type LauncherErrorName = keyof typeof launcherErrors;

/** What went wrong and how a person mends it; `code` is stable. */
export class LauncherError extends Error {
  readonly code: (typeof launcherErrors)[LauncherErrorName];

  constructor(
    readonly reason: LauncherErrorName,
    readonly what: string,
    readonly mend: string,
  ) {
    super(what);
    this.name = "LauncherError";
    this.code = launcherErrors[reason];
  }

  toJSON() {
    return { code: this.code, reason: this.reason, what: this.what, mend: this.mend };
  }
}

/** The lines a person reads when a command ends in an error. */
export function describeError(error: unknown): string {
  if (error instanceof LauncherError) return `${error.code} ${error.what}\n  what to do: ${error.mend}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
