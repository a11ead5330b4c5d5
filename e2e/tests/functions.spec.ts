// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph } from "@nfaas/domain";
import { iperfPort, type Lab, serverAddress } from "@nfaas/lab";
import { EditorPage } from "../harness/editor.ts";
import { expect, test } from "../harness/test.ts";

const position = (x: number) => ({ x, y: 0 });
const megabit = 1_000_000;
const committed = 10 * megabit;

const limited: ChainGraph = {
  nodes: [
    { kind: "attachment", name: "client", attachment: "client", position: position(0) },
    {
      kind: "function",
      name: "limit",
      function: "rate-limiter",
      config: {
        classes: [
          {
            name: "all",
            meter: {
              kind: "single-rate",
              committedBitsPerSecond: committed,
              committedBurstBytes: 60_000,
              excessBurstBytes: 0,
            },
          },
        ],
      },
      position: position(320),
    },
    { kind: "attachment", name: "server", attachment: "server", position: position(640) },
  ],
  edges: [
    { name: "client-limit", from: "client", to: "limit" },
    { name: "limit-server", from: "limit", to: "server" },
  ],
};

test("a rate limiter in the chain holds a stream to its rate, and the drops say so", async ({
  lab,
  page,
  acmeChain,
}) => {
  await acmeChain.publishAndWait(limited);
  await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
  const arrived = await datagrams(lab, 3 * committed);
  expect(arrived / committed, `${arrived} bit/s arrived`).toBeGreaterThan(0.85);
  expect(arrived / committed, `${arrived} bit/s arrived`).toBeLessThan(1.05);

  await page.goto("/t/acme/chains/web");
  await new EditorPage(page).node("limit").click();
  await expect(page.getByLabel("Rate (Mbit/s)")).toHaveValue("10");
  await page.goto("/t/acme/live");
  await expect(page.getByText(/rate.limit/i).first()).toBeVisible();
});

/** Sends UDP datagrams for some seconds; gives what arrived, in bits/s of payload. */
async function datagrams(lab: Lab, bitsPerSecond: number): Promise<number> {
  const options = ["--udp", "--bitrate", String(bitsPerSecond), "--length", "1400", "--time", "6", "--json"];
  const command = ["iperf3", "--client", serverAddress, "--port", String(iperfPort), ...options];
  const { stdout } = await lab.exec("acme", "client", command);
  const { sum } = JSON.parse(stdout).end as { sum: { bits_per_second: number; lost_percent: number } };
  return sum.bits_per_second * (1 - sum.lost_percent / 100);
}
