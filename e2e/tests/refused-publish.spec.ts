// SPDX-License-Identifier: Apache-2.0
import type { ServiceChain } from "@nfaas/domain";
import { lineGraph, spareRule, usualRules } from "../harness/console-api.ts";
import { SteadyPing } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

const pod = ["pod", "firewall-shared-0", "-n", "nfaas-system"];

test.afterEach(async ({ nfaas }) => {
  await nfaas.kubectl("annotate", ...pod, "nfaas.io/cordoned-");
});

test("a publish that a pod refuses leaves the old view in place, says why, and succeeds by itself later", async ({
  nfaas,
  lab,
  page,
  acmeChain,
}) => {
  const before = await acmeChain.publishAndWait(lineGraph(usualRules));
  await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);

  await nfaas.kubectl("annotate", ...pod, "nfaas.io/cordoned=true");
  const ping = new SteadyPing(lab, "acme");
  const refused = await acmeChain.publish(lineGraph([...usualRules, spareRule(1000)]));

  // On screen, for the person who published.
  await page.goto("/t/acme/chains/web");
  await expect(page.getByText(/firewall-shared-0.*cordoned/i).first()).toBeVisible();
  // In the conditions, for whoever asks Kubernetes.
  const { status } = await nfaas.get<ServiceChain>("servicechain", "web", "-n", "tenant-acme");
  const programmed = status?.conditions?.find((c) => c.type === "Programmed");
  expect(programmed).toMatchObject({ status: "False", reason: "Cordoned" });
  expect(programmed?.message).toContain("firewall-shared-0");
  // And the old view carries on.
  expect((await acmeChain.status()).liveRevision).toBe(before);
  expect((await lab.http("acme")).status).toBe(200);

  await nfaas.kubectl("annotate", ...pod, "nfaas.io/cordoned-");
  await acmeChain.waitLive(refused);
  await expect(page.getByText(/firewall-shared-0.*cordoned/i)).toHaveCount(0);
  const { sent, received } = await ping.stop();
  expect(sent - received, `${sent} pings sent`).toBe(0);
});
