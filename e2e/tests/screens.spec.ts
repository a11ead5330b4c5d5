// SPDX-License-Identifier: Apache-2.0
import { lineGraph, usualRules } from "../harness/console-api.ts";
import { inspect } from "../harness/inspect.ts";
import { SteadyPing, SteadyStream } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

test("sign-in is accessible in light and dark", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel(/mail/i)).toBeVisible();
  await inspect(page, "sign-in");
});

test("editor and live view are accessible in light and dark while packets flow", async ({
  lab,
  page,
  acmeChain,
}) => {
  await acmeChain.publishAndWait(lineGraph(usualRules));
  const ping = new SteadyPing(lab, "acme", 0.1);
  const stream = new SteadyStream(lab, "acme", 20_000_000);
  await page.goto("/t/acme/chains");
  await expect(page.getByRole("link", { name: /web/i }).first()).toBeVisible();
  await inspect(page, "chains");
  await page.goto("/t/acme/chains/web");
  await page.locator('.react-flow__node[data-id="fw"]').click();
  await expect(page.getByTestId("rate-client-fw-forward")).not.toHaveAttribute("data-bits-per-second", "0");
  await inspect(page, "editor");
  await page.goto("/t/acme/live");
  await expect(page.getByText(/Mbit\/s/).first()).toBeVisible();
  await inspect(page, "live");
  await page.goto("/t/acme/audit");
  await expect(page.getByText(/publish/i).first()).toBeVisible();
  await inspect(page, "audit");
  await Promise.all([ping.stop(), stream.stop()]);
});

test("the operator's dashboard is accessible in light and dark, and only theirs", async ({
  nfaas,
  browser,
  page,
  signInAs,
}) => {
  await signInAs("op@nfaas.example");
  await page.goto("/platform");
  await expect(page.getByText("firewall-shared-0").first()).toBeVisible();
  await expect(page.getByText("gateway-west").first()).toBeVisible();
  await inspect(page, "platform");
  const tenant = await browser.newPage({ baseURL: nfaas.url });
  await signInAs("bob@acme.example", tenant);
  await tenant.goto("/platform");
  await expect(tenant.getByText(/not found|does not exist/i).first()).toBeVisible();
  await tenant.close();
});
