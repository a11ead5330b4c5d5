// SPDX-License-Identifier: Apache-2.0
import type { RetiredView, ServiceChain } from "@nfaas/domain";
import { lineGraph, spareRule, usualRules } from "../harness/console-api.ts";
import type { RunningInstance } from "../harness/instance.ts";
import { SteadyPing } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

/**
 * What may be killed; whether packets can be lost with it; and whether it counts what enters and leaves: then its last
 * second's counts die with it, and the sum of the view under the crash may stay open.
 */
const victims = [
  { name: "operator", carriesPackets: false, countsEnds: false },
  { name: "agent", carriesPackets: false, countsEnds: false },
  { name: "console", carriesPackets: false, countsEnds: false },
  { name: "kubernetes-api", carriesPackets: false, countsEnds: false },
  { name: "firewall-shared-0", carriesPackets: true, countsEnds: false },
  { name: "gateway-west", carriesPackets: true, countsEnds: true },
];

for (const [index, victim] of victims.entries()) {
  test(`after kill -9 of ${victim.name} under traffic everything converges without a hand`, async ({
    nfaas,
    lab,
    acmeChain,
  }) => {
    const before = await acmeChain.publishAndWait(lineGraph(usualRules));
    await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
    const ping = new SteadyPing(lab, "acme");

    const pid = nfaas.pidOf(victim.name);
    process.kill(pid, "SIGKILL");

    // It runs again, as another process ...
    await expect.poll(() => otherPid(() => nfaas.pidOf(victim.name), pid), { timeout: 30_000 }).toBe(true);
    // ... and the whole way works: a publish goes through and packets take it.
    const publish = async () =>
      acmeChain.publish(lineGraph([...usualRules, spareRule(2000 + index)])).catch(() => 0);
    let revision = 0;
    await expect.poll(async () => (revision ||= await publish()), { timeout: 30_000 }).toBeGreaterThan(0);
    await acmeChain.waitLive(revision, 30_000);
    await expect.poll(async () => (await lab.ping("acme")).received, { timeout: 30_000 }).toBe(3);
    expect((await lab.http("acme")).status).toBe(200);

    const { sent, received } = await ping.stop();
    // Who does not carry packets must not cost any.
    if (!victim.carriesPackets) expect(sent - received, `${sent} pings sent`).toBe(0);
    expect(received).toBeGreaterThan(0);
    // What the view under the crash carried is accounted for: what nobody saw again is told as lost.
    await expect
      .poll(async () => (await retiredView(nfaas, before))?.name, { timeout: 20_000 })
      .toBeDefined();
    const { injected, left, dropped, lost } = (await retiredView(nfaas, before)) as RetiredView;
    if (!victim.countsEnds) expect(injected).toBe(left + dropped + lost);
    if (!victim.carriesPackets) expect(lost).toBe(0);
  });
}

async function retiredView(nfaas: RunningInstance, revision: number): Promise<RetiredView | undefined> {
  const { status } = await nfaas.get<ServiceChain>("servicechain", "web", "-n", "tenant-acme");
  return status?.retired?.find((view) => view.revision === revision);
}

function otherPid(read: () => number, than: number): boolean {
  try {
    return read() !== than;
  } catch {
    return false; // not running yet
  }
}
