// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type LabSide, labHost, runCommand } from "../../../packages/lab/src/index.ts";
import { eventually } from "../support/eventually.ts";
import type { Stack } from "./stack.ts";

const tcpFlows = fileURLToPath(new URL("../../../dataplane/tests/smoke/tcp_flows.py", import.meta.url));
export const connectionPort = 5_000;
/** A machine with little to spare takes its time. */
export const patienceMs = 100_000;

/** TCP connections of acme's on which, at the end, the server speaks first: only pods that know them let that pass. */
export class Connections {
  readonly #children: ChildProcess[] = [];
  #server: ChildProcess | undefined;
  #said = "";

  constructor(
    readonly stack: Stack,
    readonly count: number,
  ) {}

  async open(): Promise<void> {
    this.#server = this.#run("server", "serve", String(connectionPort));
    this.#server.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#said += text;
    });
    const { namespace, address } = labHost(this.stack.instance, "acme", "server");
    await eventually("a server", async () => {
      const sockets = await runCommand("ip", "netns", "exec", namespace, "ss", "-ltnH");
      return sockets.includes(`:${connectionPort}`);
    });
    this.#run("client", "connect", address, String(connectionPort));
    await eventually("all connections", async () => this.#said.includes("all"), patienceMs);
  }

  /** How many of them went on. */
  async ask(): Promise<number> {
    this.#server?.kill("SIGUSR1");
    return Number(await eventually("answers", async () => /(\d+) of \d+/.exec(this.#said)?.[1], patienceMs));
  }

  close(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #run(side: LabSide, ...args: string[]): ChildProcess {
    const { namespace } = labHost(this.stack.instance, "acme", side);
    const command = ["netns", "exec", namespace, "setpriv", "--pdeathsig", "KILL", tcpFlows, ...args];
    const child = spawn("ip", [...command, String(this.count)], { stdio: ["ignore", "pipe", "inherit"] });
    this.#children.push(child);
    return child;
  }
}
