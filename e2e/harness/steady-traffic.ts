// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { iperfPort, type Lab, type LabTenant, type PingResult, serverAddress } from "@nfaas/lab";

/** A program in a tenant's client that runs until it is stopped. */
class SteadyProcess {
  #output = "";
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(lab: Lab, tenant: LabTenant, command: readonly string[]) {
    // Ends with the test's process: after one that failed, the next has the server to itself.
    const mortal = ["setpriv", "--pdeathsig", "KILL", ...command];
    const [program = "", ...args] = lab.commandIn(tenant, "client", mortal);
    this.#child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#closed = once(this.#child, "close");
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
  }

  /** Ends it as Ctrl-C would and gives what it printed. */
  async end(): Promise<string> {
    this.#child.kill("SIGINT");
    await this.#closed;
    return this.#output;
  }
}

/** A ping from the tenant's client to its server, or to another address. */
export class SteadyPing {
  readonly #process: SteadyProcess;

  constructor(lab: Lab, tenant: LabTenant, intervalSeconds = 0.01, address = serverAddress) {
    const command = ["ping", "-n", "-i", String(intervalSeconds), "-W", "1", address];
    this.#process = new SteadyProcess(lab, tenant, command);
  }

  /** Counts up to the last one answered: what is under way when it is ended is not lost. */
  async stop(): Promise<PingResult> {
    const output = await this.#process.end();
    const answered = new Set(
      [...output.matchAll(/icmp_seq=(\d+) ttl=/g)].map(([, number]) => Number(number)),
    );
    return { sent: Math.max(0, ...answered), received: answered.size };
  }
}

export interface StreamReport {
  /** Bytes sent in each second. */
  seconds: number[];
  /** Why it ended, in iperf3's words. */
  error: string;
}

/** One TCP connection from the tenant's client to its server that sends at a steady rate. */
export class SteadyStream {
  readonly #process: SteadyProcess;

  constructor(lab: Lab, tenant: LabTenant, bitsPerSecond: number) {
    const stream = [
      "--bitrate",
      String(bitsPerSecond),
      "--time",
      "3600",
      "--connect-timeout",
      "3000",
      "--json",
    ];
    const command = ["iperf3", "--client", serverAddress, "--port", String(iperfPort), ...stream];
    this.#process = new SteadyProcess(lab, tenant, command);
  }

  async stop(): Promise<StreamReport> {
    const report = JSON.parse(await this.#process.end()) as {
      intervals: { sum: { bytes: number; seconds: number } }[];
      error?: string;
    };
    // The last interval is the piece of a second in which it was ended.
    const seconds = report.intervals.slice(0, -1).map((interval) => interval.sum.bytes);
    return { seconds, error: report.error ?? "" };
  }
}
