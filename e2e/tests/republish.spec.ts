// SPDX-License-Identifier: Apache-2.0
import type { RetiredView, ServiceChain } from "@nfaas/domain";
import { lineGraph, spareRule, usualRules } from "../harness/console-api.ts";
import { SteadyPing, SteadyStream } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

const republishes = 50;

test("50 republishes in a row lose no ping, break no stream and close every sum", async ({
  nfaas,
  lab,
  acmeChain,
}) => {
  test.setTimeout(300_000);
  await acmeChain.publishAndWait(lineGraph(usualRules));
  await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
  const first = (await acmeChain.status()).publishedRevision ?? 0;

  // A chain remembers its last views only: they are collected on the way.
  const retired = new Map<string, RetiredView>();
  const collect = async () => {
    const { status } = await nfaas.get<ServiceChain>("servicechain", "web", "-n", "tenant-acme");
    for (const view of status?.retired ?? []) if (view.revision >= first) retired.set(view.name, view);
    return retired.size;
  };

  const started = Date.now();
  const ping = new SteadyPing(lab, "acme");
  const stream = new SteadyStream(lab, "acme", 20_000_000);
  for (let n = 1; n <= republishes; n++) {
    await acmeChain.publishAndWait(lineGraph([...usualRules, spareRule(n)]));
    await collect();
  }
  const { sent, received } = await ping.stop();

  expect(sent).toBeGreaterThan(republishes);
  expect(sent - received, `${sent} pings sent`).toBe(0);
  const { seconds, error } = await stream.stop();
  expect(error, "the stream ran until the test ended it").toMatch(/interrupt/);
  expect(seconds.length).toBeGreaterThan(5);
  expect(
    seconds.filter((bytes) => bytes === 0),
    "seconds that carried nothing",
  ).toEqual([]);

  // The live figures have no hole, however short each view lived.
  const sentBytes = seconds.reduce((sum, bytes) => sum + bytes, 0);
  const shown = async () => (await acmeChain.bytesShown(started)) / sentBytes;
  await expect.poll(shown, { timeout: 10_000 }).toBeGreaterThan(0.9);
  expect(await shown(), "bytes shown over bytes sent").toBeLessThan(1.25);

  await expect.poll(collect, { timeout: 30_000 }).toBeGreaterThanOrEqual(republishes);
  for (const view of retired.values()) {
    expect(view).toMatchObject({ closed: true, lost: 0, injected: view.left + view.dropped });
  }
  const carried = [...retired.values()].reduce((sum, view) => sum + view.injected, 0);
  expect(carried, "the retired views together carried at least the pings").toBeGreaterThanOrEqual(sent - 200);
});
