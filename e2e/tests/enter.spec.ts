// SPDX-License-Identifier: Apache-2.0
// A chain whose class goes on in another chain of the tenant: drawn by hand, carried, cut where it is wrong.
import type { ChainGraph, ChainNode } from "@nfaas/domain";
import type { Page } from "@playwright/test";
import { TestChain } from "../harness/chain.ts";
import { ConsoleApi } from "../harness/console-api.ts";
import { EditorPage } from "../harness/editor.ts";
import { inspect } from "../harness/inspect.ts";
import type { RunningInstance } from "../harness/instance.ts";
import { addSecondSite, farHost } from "../harness/second-site.ts";
import { SteadyPing } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

const attachment = (name: string, x: number): ChainNode => ({
  kind: "attachment",
  name,
  attachment: name,
  position: { x, y: 0 },
});

/** from → a function of this kind → to */
const line = (from: string, kind: string, to: string, config: object): ChainGraph => ({
  nodes: [
    attachment(from, 0),
    { kind: "function", name: kind, function: kind, config, position: { x: 320, y: 0 } },
    attachment(to, 640),
  ],
  edges: [
    { name: `${from}-${kind}`, from, to: kind },
    { name: `${kind}-${to}`, from: kind, to },
  ],
});
const web = line("client", "classifier", "server", {
  classes: [{ output: "to-far", match: { destinations: [`${farHost}/32`] }, enter: "far" }],
});
const allowPing = { name: "allow-ping", action: "allow", protocol: "icmp" };
const far = (...rules: object[]) => line("branch", "firewall", "far", { rules, defaultAction: "deny" });
const backIntoWeb = line("branch", "classifier", "far", { classes: [{ output: "back", enter: "web" }] });

const farChain = (nfaas: RunningInstance, page: Page) =>
  new TestChain(new ConsoleApi(page.request, nfaas.url), "acme", "far");

/** The live view's count of packets that were dropped since the console watches, for this reason. */
async function dropped(page: Page, reason: string): Promise<number> {
  const rows = page
    .getByRole("table", { name: "Drops by reason" })
    .getByRole("row")
    .filter({ hasText: reason });
  const counts = await rows.locator("td:last-child").allTextContents();
  return counts.reduce((sum, text) => sum + Number(text.replace(/\D/g, "")), 0);
}

let removeSite: (() => Promise<void>) | undefined;
test.beforeAll(async ({ nfaas }) => {
  removeSite = await addSecondSite(nfaas);
});
test.afterAll(async () => {
  await removeSite?.();
});
test.afterEach(async ({ nfaas, page, acmeChain }) => {
  await acmeChain.remove();
  await farChain(nfaas, page).remove();
});

test("packets of a class take the chain that it enters, both drawn in the browser, as the counts of both show", async ({
  lab,
  page,
  acmeChain,
}) => {
  test.setTimeout(240_000);
  await acmeChain.remove();
  const editor = new EditorPage(page);
  const draw = async (title: string, from: string, item: string, to: string) => {
    await editor.createChain("acme", title);
    await editor.dropFromPalette(from, 0.15, 0.4);
    await editor.dropFromPalette(item, 0.45, 0.4);
    await editor.dropFromPalette(to, 0.8, 0.4);
    await editor.connect(from, item.toLowerCase());
    await editor.connect(item.toLowerCase(), to);
    await expect(page.locator(".react-flow__edge")).toHaveCount(2);
  };
  await test.step("draw branch → firewall → far, which allows ping, and publish it", async () => {
    await draw("Far", "branch", "Firewall", "far");
    await editor.publish("a second site");
    await editor.waitLive(1);
  });
  await test.step("draw client → classifier → server; a class goes on in the other chain", async () => {
    await draw("Web", "client", "Classifier", "server");
    await editor.node("classifier").click();
    await page.getByLabel("Name of class 1").fill("to-far");
    const card = page.getByRole("list", { name: "Classes of classifier" }).getByRole("listitem");
    await card.getByLabel("Protocol").selectOption("any");
    await card.getByLabel("Destinations", { exact: true }).fill(`${farHost}/32`);
    await card.getByLabel("Goes on in").selectOption("far");
    await inspect(page, "panel-enter");
    await editor.publish("the other site's packets");
    await editor.waitLive(1);
  });
  await expect.poll(async () => (await lab.ping("acme", { address: farHost })).received).toBe(3);
  expect((await lab.ping("acme")).received, "what no class takes").toBe(3);

  const ping = new SteadyPing(lab, "acme", 0.05, farHost);
  const rate = (edge: string, direction: "forward" | "reverse") => () => editor.rateOnScreen(edge, direction);
  await test.step("the drawings show them up to the classifier, then in the other chain, both ways", async () => {
    await expect.poll(rate("client-classifier", "forward")).toBeGreaterThan(0);
    await expect.poll(rate("client-classifier", "reverse")).toBeGreaterThan(0);
    await expect.poll(rate("classifier-server", "forward")).toBe(0);
    await page.goto("/t/acme/chains/far");
    for (const edge of ["branch-firewall", "firewall-far"])
      for (const direction of ["forward", "reverse"] as const)
        await expect.poll(rate(edge, direction), `${edge}, ${direction}`).toBeGreaterThan(0);
  });
  await test.step("the live view counts them in both chains, and by the other one's rule", async () => {
    await page.goto("/t/acme/live");
    const chains = page.getByRole("table", { name: "Throughput per chain" });
    for (const title of ["Web", "Far"]) {
      const row = chains.getByRole("row", { name: new RegExp(`^${title}`) });
      await expect(row.getByRole("cell").nth(4), `packets in ${title}`).toHaveText(/[1-9]/);
    }
    await chains.getByRole("row", { name: /^Far/ }).getByRole("button").click();
    const rule = page.getByRole("table", { name: "Rule hits" }).getByRole("row", { name: /allow-ping/ });
    await expect(rule.getByRole("cell").last()).toHaveText(/[1-9]/);
    await inspect(page, "live-entered");
  });
  const { sent, received } = await ping.stop();
  expect(received, `of ${sent} pings`).toBe(sent);
});

test("the entered chain decides about them: what its next revision denies is dropped there, and the rest goes on", async ({
  nfaas,
  lab,
  page,
  acmeChain,
}) => {
  const other = farChain(nfaas, page);
  await other.publishAndWait(far(allowPing));
  await acmeChain.publishAndWait(web);
  await expect.poll(async () => (await lab.ping("acme", { address: farHost })).received).toBe(3);

  await other.publishAndWait(far());
  expect((await lab.ping("acme", { address: farHost })).received).toBe(0);
  expect((await lab.ping("acme")).received).toBe(3);
  await page.goto("/t/acme/live");
  const drop = page
    .getByRole("table", { name: "Drops by reason" })
    .getByRole("row", { name: /far \/ firewall/ });
  await expect(drop).toContainText("denied");
});

test("chains that enter each other are published, and what goes in a circle is cut with the reason on screen", async ({
  nfaas,
  lab,
  page,
  acmeChain,
}) => {
  const other = farChain(nfaas, page);
  await other.publishAndWait(far(allowPing));
  await acmeChain.publishAndWait(web);
  await other.publishAndWait(backIntoWeb);
  await page.goto("/t/acme/live");
  const loops = () => dropped(page, "view-loop");
  await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
  const before = await loops();
  expect((await lab.ping("acme", { count: 5, address: farHost })).received).toBe(0);
  await expect.poll(loops, "each of the five, once").toBe(before + 5);
  await expect(page.getByText("Chains that enter each other led it in a circle").first()).toBeVisible();
  expect((await lab.ping("acme")).received, "those that enter nothing").toBe(3);
});

test("a class whose chain is deleted says so where it is drawn, and the other packets go on", async ({
  nfaas,
  lab,
  page,
  acmeChain,
}) => {
  const other = farChain(nfaas, page);
  await other.publishAndWait(far(allowPing));
  await acmeChain.publishAndWait(web);
  await other.remove();
  await page.goto("/t/acme/chains/web");
  const progress = page.getByRole("region", { name: "Publish progress" });
  await expect(progress).toContainText("UnknownChain");
  await page.getByRole("tab", { name: /problems/i }).click();
  await expect(page.getByRole("list", { name: "Problems" })).toContainText(/no other chain "far".*NF802/);
  expect((await lab.ping("acme")).received).toBe(3);
  await expect.poll(async () => (await lab.ping("acme", { count: 1, address: farHost })).received).toBe(0);
});
