// SPDX-License-Identifier: Apache-2.0
import type { RetiredView, ServiceChain } from "@nfaas/domain";
import { iperfPort, type Lab } from "@nfaas/lab";
import { allowHttp, allowPing, lineGraph, usualRules } from "../harness/console-api.ts";
import { EditorPage } from "../harness/editor.ts";
import { inspect } from "../harness/inspect.ts";
import { SteadyPing, SteadyStream } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

/** Bytes of a TCP segment that no host here exceeds: 1500 less both headers. */
const segmentMax = 1460;

test("a connection that is established stays on the old revision until it ends, new ones take the new", async ({
  nfaas,
  lab,
  browser,
  page,
  signInAs,
  acmeChain,
}) => {
  test.setTimeout(300_000);
  const first = (await acmeChain.publishAndWait(lineGraph(usualRules))) + 1;
  await page.goto("/t/acme/chains/web");
  await new EditorPage(page).publish("let flows end", async (dialog) => {
    await dialog.getByLabel("When a newer revision takes over").selectOption("flows");
    await dialog.getByLabel("At most (seconds)").fill("600");
    await inspect(page, "publish");
  });
  await new EditorPage(page).waitLive(first);

  const stream = new SteadyStream(lab, "acme", 10_000_000);
  await expect.poll(() => established(lab), { message: "the stream's connections" }).toBe(2);
  const second = await acmeChain.publishAndWait({
    ...lineGraph([allowPing, allowHttp]),
    rollout: { drain: "flows", keepFlowsSeconds: 600 },
  });
  const ping = new SteadyPing(lab, "acme", 0.05); // an idle gateway takes its time to count

  await page.goto("/t/acme/live");
  const kept = page.getByTestId(`kept-flows-${first}`);
  await expect(kept).toHaveAttribute("data-flows", "2", { timeout: 60_000 });
  await expect(kept).toHaveText(`2 flows stay on revision ${first}.`);
  await expect(lab.iperf("acme", { seconds: 1 }), "the new revision denies it").rejects.toThrow();
  expect((await lab.http("acme")).status, "through the new revision").toBe(200);
  const context = await browser.newContext({ baseURL: nfaas.url });
  const operator = await context.newPage();
  await signInAs("op@nfaas.example", operator);
  await operator.goto("/platform");
  const views = operator.getByRole("table", { name: "Views" });
  const line = views.getByRole("row", {
    name: new RegExp(`^acme / web .*draining 2 flows left \\d+ ${first} 0 %`),
  });
  await expect(line, "the operator sees that it drains").toBeVisible({ timeout: 60_000 });
  await inspect(operator, "platform-draining");
  await context.close();
  await expect(kept).toHaveAttribute("data-flows", "2");

  const { seconds, error } = await stream.stop();
  expect(error, "the stream ran until the test ended it").toMatch(/interrupt/);
  expect(seconds.filter((bytes) => bytes === 0).length, `silent seconds of ${seconds.length}`).toBe(0);
  await expect(kept, "gone with its last flow").toBeHidden({ timeout: 90_000 });
  const old = async (): Promise<RetiredView | undefined> => {
    const { status } = await nfaas.get<ServiceChain>("servicechain", "web", "-n", "tenant-acme");
    return status?.retired?.find(({ revision }) => revision === first);
  };
  await expect.poll(old, { timeout: 30_000 }).toMatchObject({ closed: true, lost: 0 });
  const sent = seconds.reduce((sum, bytes) => sum + bytes, 0) / segmentMax;
  expect((await old())?.injected, "the old view carried the stream to its end").toBeGreaterThan(0.9 * sent);
  const { sent: asked, received } = await ping.stop();
  expect(received, `of ${asked} pings`).toBe(asked);
  expect((await acmeChain.status()).liveRevision).toBe(second);
});

/** Connections to iperf3 that the client holds. */
async function established(lab: Lab): Promise<number> {
  const query = ["ss", "-Htn", "state", "established", `( dport = :${iperfPort} )`];
  const { stdout } = await lab.exec("acme", "client", query);
  return stdout.split("\n").filter((line) => line !== "").length;
}
