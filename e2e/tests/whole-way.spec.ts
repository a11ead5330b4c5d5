// SPDX-License-Identifier: Apache-2.0
import { EditorPage } from "../harness/editor.ts";
import { expect, test } from "../harness/test.ts";

const streamBitsPerSecond = 30_000_000;
const streamSeconds = 15;

test("a chain drawn in the browser carries real packets, and the screen agrees with iperf3", async ({
  lab,
  page,
  acmeChain,
}) => {
  await acmeChain.remove();
  await expect.poll(async () => (await lab.ping("acme", { count: 1 })).received).toBe(0);

  const editor = new EditorPage(page);
  await test.step("draw client → firewall → server", async () => {
    await editor.createChain("acme", "Web");
    await editor.dropFromPalette("client", 0.15, 0.4);
    await editor.dropFromPalette("Firewall", 0.45, 0.4);
    await editor.dropFromPalette("server", 0.8, 0.4);
    await editor.connect("client", "firewall");
    await editor.connect("firewall", "server");
    await expect(page.locator(".react-flow__edge")).toHaveCount(2);
  });
  await test.step("allow ICMP and TCP 80, and publish", async () => {
    await editor.node("firewall").click();
    await editor.addTcpRule("allow-http", 80);
    await editor.publish("ping and http");
    await editor.waitLive(1);
  });
  await test.step("packets take it: HTTP 200, and TCP 81 does not connect", async () => {
    await expect.poll(async () => (await lab.ping("acme")).received).toBe(3);
    expect(await lab.http("acme", 80)).toMatchObject({ status: 200, body: expect.stringContaining("acme") });
    expect((await lab.http("acme", 81)).status).toBe(0);
    await expect(lab.iperf("acme", { seconds: 1 })).rejects.toThrow();
  });
  await test.step("allow iperf3 too; the edge's figure is the stream's", async () => {
    await editor.node("firewall").click();
    await editor.addTcpRule("allow-iperf", 5201);
    await editor.publish("iperf3 too");
    await editor.waitLive(2);
    const stream = lab.iperf("acme", { seconds: streamSeconds, bitsPerSecond: streamBitsPerSecond });
    const seen: number[] = [];
    const look = async () => seen.push(await editor.rateOnScreen("client-firewall", "forward"));
    await expect.poll(look, { intervals: [1000], timeout: 30_000 }).toBeGreaterThan(streamSeconds - 3);
    const report = await stream;
    const onScreen = median(seen.filter((rate) => rate > 0));
    const off = Math.abs(onScreen - report.bitsPerSecond) / report.bitsPerSecond;
    expect(off, `screen ${onScreen} bit/s, iperf3 ${report.bitsPerSecond} bit/s`).toBeLessThan(0.15);
  });
  await test.step("roll back: iperf3 is refused again, HTTP goes on", async () => {
    await page.getByRole("button", { name: "Revisions" }).click();
    const first = page.getByRole("listitem", { name: "Revision 1" });
    await first.getByRole("button", { name: "Roll back" }).click();
    await page
      .getByRole("dialog", { name: /roll back/i })
      .getByRole("button", { name: "Roll back" })
      .click();
    await editor.waitLive(3);
    await expect(lab.iperf("acme", { seconds: 1 })).rejects.toThrow();
    expect((await lab.http("acme", 80)).status).toBe(200);
  });
});

test("mistakes are shown as they are drawn and can be undone", async ({ page, acmeChain }) => {
  await acmeChain.remove();
  const editor = new EditorPage(page);
  await editor.createChain("acme", "Web");
  await editor.dropFromPalette("Firewall", 0.4, 0.4);
  await page.getByRole("tab", { name: /problems/i }).click();
  await expect(page.getByText("NF113").first()).toBeVisible();
  await editor.dropFromPalette("client", 0.15, 0.4);
  await editor.dropFromPalette("server", 0.75, 0.4);
  await editor.connect("client", "firewall");
  await editor.connect("firewall", "server");
  await expect(page.getByText(/NF1\d\d/)).toHaveCount(0);

  await editor.node("firewall").click();
  await page.getByRole("tab", { name: /configuration/i }).click();
  await page.getByRole("button", { name: "Add rule" }).click();
  await page
    .getByLabel(/^Source of rule/)
    .last()
    .fill("10.0.0.0/99");
  await expect(page.getByText("NF202").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeDisabled();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("NF202")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
});

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
