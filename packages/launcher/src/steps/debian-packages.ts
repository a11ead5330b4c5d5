// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LauncherError } from "../errors.ts";
import { capture, runLogged } from "../process/run.ts";

export interface DebianPackage {
  readonly name: string;
  readonly why: string;
  /** Not needed where this command is there already, from whatever source. */
  readonly unlessCommand?: string;
}

/** What the product needs to be built and to run on one machine. */
export const productPackages: readonly DebianPackage[] = [
  { name: "libdpdk-dev", why: "the data plane is written on DPDK" },
  { name: "dpdk", why: "DPDK's drivers" },
  { name: "libprotobuf-c-dev", why: "the data plane's control protocol" },
  { name: "protobuf-c-compiler", why: "generates that protocol's C code" },
  { name: "protobuf-compiler", why: "generates the same code for the data plane's tools" },
  { name: "meson", why: "builds the data plane" },
  { name: "ninja-build", why: "builds the data plane" },
  { name: "pkg-config", why: "finds DPDK at build time" },
  { name: "gcc", why: "compiles the data plane" },
  { name: "libc6-dev", why: "compiles the data plane" },
  { name: "libssl-dev", why: "libcrypto, for QUIC and for what pods tell each other" },
  { name: "openssl", why: "the Kubernetes API's certificate" },
  { name: "python3-protobuf", why: "./nfaas stats, which asks the pods themselves" },
  { name: "iproute2", why: "the lab's namespaces and interfaces" },
  { name: "ethtool", why: "switches off the offloads that no wire of the lab could do" },
  { name: "iputils-ping", why: "the lab's traffic" },
  { name: "curl", why: "the lab's traffic" },
  { name: "iperf3", why: "the lab's traffic" },
];

/** What the tests and benchmarks need besides. */
export const testPackages: readonly DebianPackage[] = [
  { name: "chromium", why: "the browser tests" },
  { name: "tshark", why: "an independent decoder of captured packets" },
  { name: "python3-scapy", why: "hostile packets" },
  { name: "python3-cryptography", why: "QUIC packets that the data plane did not write" },
  { name: "dpdk-dev", why: "testpmd, the yardstick of the benchmark" },
  { name: "jq", why: "reads counters in the data plane's smoke tests" },
  { name: "kubernetes-client", why: "kubectl, as an independent client", unlessCommand: "kubectl" },
  { name: "xz-utils", why: "unpacks the control plane binaries of the API contract tests" },
  { name: "clang", why: "the data plane's fuzzers" },
  { name: "libclang-rt-14-dev", why: "the data plane's fuzzers" },
  { name: "libasan8", why: "the data plane under AddressSanitizer" },
  { name: "libubsan1", why: "the data plane under UndefinedBehaviorSanitizer" },
];

async function missingOf(packages: readonly DebianPackage[]): Promise<string[]> {
  const query = await capture([
    "dpkg-query",
    "-W",
    "-f",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
    "${db:Status-Status} ${Package}\\n",
    ...packages.map((p) => p.name),
  ]);
  const installed = new Set(
    query.stdout
      .split("\n")
      .filter((line) => line.startsWith("installed "))
      .map((line) => line.slice("installed ".length)),
  );
  return packages
    .filter(
      ({ name, unlessCommand }) => !installed.has(name) && !(unlessCommand && commandExists(unlessCommand)),
    )
    .map(({ name }) => name);
}

function commandExists(name: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, name)));
}

const install = ["apt-get", "install", "-y", "--no-install-recommends"];
/** Another apt-get may be at work: it is waited for. */
const waitForLock = ["-o", "DPkg::Lock::Timeout=300"];

/** The lines by which an administrator installs what is missing; none when nothing is. */
export async function installLines(packages: readonly DebianPackage[]): Promise<string[]> {
  const missing = await missingOf(packages);
  return missing.length === 0 ? [] : ["apt-get update", [...install, ...missing].join(" ")];
}

/** The lists of packages may be old or missing: only then they are updated, so that a start needs no network. */
async function aptInstall(missing: readonly string[], logFile: string): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const command = [...install, ...waitForLock, ...missing];
  try {
    await runLogged(command, logFile, { env });
  } catch {
    await runLogged(["apt-get", ...waitForLock, "update"], logFile, { env });
    await runLogged(command, logFile, { env });
  }
}

/**
 * Installs the packages that are missing.
 * @returns what was done, for the progress line
 * @throws LauncherError PackagesMissing when it would need root, PackagesFailed when apt-get fails
 */
export async function installDebianPackages(
  packages: readonly DebianPackage[],
  logFile: string,
): Promise<string> {
  const missing = await missingOf(packages);
  if (missing.length === 0) return "all there";
  const lines = await installLines(packages);
  if (process.getuid?.() !== 0) {
    const what = `Debian packages are missing: ${missing.join(", ")}`;
    throw new LauncherError("PackagesMissing", what, `an administrator runs:\n    ${lines.join("\n    ")}`);
  }
  try {
    await aptInstall(missing, logFile);
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new LauncherError("PackagesFailed", what, `see ${logFile}; by hand: ${lines.join(" && ")}`);
  }
  return `installed ${missing.join(", ")}`;
}
