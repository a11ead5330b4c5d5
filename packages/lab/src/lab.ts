// SPDX-License-Identifier: Apache-2.0
import { type CommandResult, LabCommandError, tryCommand } from "./command.ts";
import { type PingOptions, type PingResult, parsePing, pingCommand } from "./ping.ts";
import {
  iperfPort,
  type LabSide,
  type LabTenant,
  labHost,
  serverAddress,
  serverAddress6,
} from "./topology.ts";

export interface HttpResult {
  /** The response's status, or 0 when there was no response. */
  readonly status: number;
  readonly body: string;
}

export interface IperfResult {
  /** What the receiver got, in bits/s of TCP payload. */
  readonly bitsPerSecond: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly retransmits: number;
}

interface IperfReport {
  readonly error?: string;
  readonly end: {
    readonly sum_sent: { readonly retransmits?: number };
    readonly sum_received: {
      readonly bits_per_second: number;
      readonly bytes: number;
      readonly seconds: number;
    };
  };
}

type Family = 4 | 6;
const addressOf = (family: Family): string => (family === 4 ? serverAddress : serverAddress6);

/** The hosts of one instance, for tests and people: commands run in them as on real machines. */
export class Lab {
  constructor(readonly instance: string) {}

  /** The command line that runs `command` in a host. */
  commandIn(tenant: LabTenant, side: LabSide, command: readonly string[]): string[] {
    return ["ip", "netns", "exec", labHost(this.instance, tenant, side).namespace, ...command];
  }

  exec(
    tenant: LabTenant,
    side: LabSide,
    command: readonly string[],
    timeoutMs?: number,
  ): Promise<CommandResult> {
    return tryCommand(this.commandIn(tenant, side, command), timeoutMs);
  }

  /** Pings the tenant's server, or another address, from its client. */
  async ping(
    tenant: LabTenant,
    options: Partial<PingOptions> & { family?: Family; address?: string } = {},
  ): Promise<PingResult> {
    const { count = 3, intervalSeconds = 0.2, family = 4, address = addressOf(family) } = options;
    const command = pingCommand(address, { count, intervalSeconds });
    // A machine with little to spare lets a fast ping send much later than it would.
    const { stdout } = await this.exec(tenant, "client", command, 30_000 + 20_000 * count * intervalSeconds);
    return parsePing(stdout, count);
  }

  /** A GET from the tenant's client to its server. */
  async http(tenant: LabTenant, port = 80, timeoutSeconds = 3): Promise<HttpResult> {
    const limits = ["--max-time", String(timeoutSeconds), "--write-out", "\n%{http_code}"];
    const command = ["curl", "--silent", ...limits, `http://${serverAddress}:${port}/`];
    const { stdout } = await this.exec(tenant, "client", command, (timeoutSeconds + 5) * 1000);
    const end = stdout.lastIndexOf("\n");
    return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, Math.max(end, 0)) };
  }

  /**
   * A TCP stream from the tenant's client to its server. Only one runs at a time: not beside the steady traffic.
   * @param options.bitsPerSecond 0 sends as fast as it goes
   * @throws LabCommandError when iperf3 reports an error
   */
  async iperf(
    tenant: LabTenant,
    options: { seconds?: number; bitsPerSecond?: number; port?: number; family?: Family } = {},
  ): Promise<IperfResult> {
    const { seconds = 5, bitsPerSecond = 0, port = iperfPort, family = 4 } = options;
    const stream = [
      "--time",
      String(seconds),
      "--bitrate",
      String(bitsPerSecond),
      "--connect-timeout",
      "3000",
    ];
    const command = ["iperf3", "--client", addressOf(family), "--port", String(port), "--json", ...stream];
    const result = await this.exec(tenant, "client", command, (seconds + 20) * 1000);
    const report = result.stdout.trim().startsWith("{")
      ? (JSON.parse(result.stdout) as IperfReport)
      : undefined;
    if (result.status !== 0 || report === undefined || report.error) {
      const stderr = report?.error ?? result.stderr;
      throw new LabCommandError(command, { ...result, stdout: "", stderr });
    }
    const { sum_sent, sum_received } = report.end;
    return {
      bitsPerSecond: sum_received.bits_per_second,
      bytes: sum_received.bytes,
      seconds: sum_received.seconds,
      retransmits: sum_sent.retransmits ?? 0,
    };
  }
}
