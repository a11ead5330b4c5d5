// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { LauncherError } from "../errors.ts";
import { loadSecrets } from "../secrets.ts";
import { type Command, parse } from "./options.ts";
import { requireRunning } from "./running.ts";

const usage = `usage: ./nfaas capture POD [-w FILE] [-c PACKETS]
  -w FILE      write the pcapng there (default: stdout)
  -c PACKETS   end after this many packets (default 1000)
example: ./nfaas capture firewall-shared-0 -c 100 | tshark -r -`;

export const capture: Command = {
  summary: "what passes a pod's fabric ports, as pcapng",
  usage,
  async run(args) {
    const { values, positionals } = parse({
      args,
      allowPositionals: true,
      options: {
        write: { type: "string", short: "w" },
        count: { type: "string", short: "c", default: "1000" },
      },
    });
    const [pod] = positionals;
    const max = Number(values.count);
    if (pod === undefined || !Number.isInteger(max) || max < 1)
      throw new LauncherError("Usage", "capture needs a pod and a positive number of packets", usage);
    if (values.write === undefined && process.stdout.isTTY)
      throw new LauncherError(
        "Usage",
        "a pcapng is not for a terminal",
        "add -w FILE, or pipe it: ... | tshark -r -",
      );
    const packets = await fetchCapture(pod, max);
    if (values.write === undefined) process.stdout.write(packets);
    else writeFileSync(values.write, packets);
    return 0;
  },
};

/** @throws LauncherError CaptureFailed with the agent's own words */
async function fetchCapture(pod: string, max: number): Promise<Buffer> {
  const { instance } = requireRunning();
  const url = new URL(`http://127.0.0.1:${instance.ports.agent}/capture`);
  url.search = new URLSearchParams({ pod, max: String(max) }).toString();
  const headers = { authorization: `Bearer ${loadSecrets(instance.paths).agentToken}` };
  try {
    const response = await fetch(url, { method: "POST", headers });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
    throw new Error((await response.text()).trim() || `status ${response.status}`);
  } catch (error) {
    const what = `capturing on ${pod} failed: ${error instanceof Error ? error.message : error}`;
    throw new LauncherError(
      "CaptureFailed",
      what,
      "see the pods: ./nfaas status; the agent: ./nfaas logs agent",
    );
  }
}
