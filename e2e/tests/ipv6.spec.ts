// SPDX-License-Identifier: Apache-2.0
import { serverAddress6 } from "@nfaas/lab";
import { allowIperf, allowPing, lineGraph } from "../harness/console-api.ts";
import { EditorPage } from "../harness/editor.ts";
import { expect, test } from "../harness/test.ts";

test("a chain carries IPv6 beside IPv4, by the rules of each", async ({ lab, page, acmeChain }) => {
  const denied = await acmeChain.publishAndWait(lineGraph([allowPing, allowIperf]));
  await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
  expect((await lab.ping("acme", { family: 6 })).received, "no rule allows ICMPv6").toBe(0);

  const editor = new EditorPage(page);
  await page.goto("/t/acme/chains/web");
  await editor.node("fw").click();
  await editor.addRule("allow-ping6", "icmpv6");
  await editor.publish("ping over IPv6 too");
  await editor.waitLive(denied + 1);
  await expect.poll(async () => (await lab.ping("acme", { family: 6 })).received).toBe(3);
  expect((await lab.ping("acme")).received).toBe(3);
  const http = await lab.exec("acme", "client", ["curl", "-sS", "-m", "1", `http://[${serverAddress6}]/`]);
  expect(http.status, "no rule allows HTTP over IPv6").not.toBe(0);

  const stream = lab.iperf("acme", { seconds: 8, bitsPerSecond: 10_000_000, family: 6 });
  await expect.poll(() => editor.rateOnScreen("client-fw", "forward")).toBeGreaterThan(5_000_000);
  expect((await stream).bytes).toBeGreaterThan(1_000_000);
  expect((await lab.iperf("acme", { seconds: 1, bitsPerSecond: 10_000_000 })).bytes).toBeGreaterThan(0);
});
