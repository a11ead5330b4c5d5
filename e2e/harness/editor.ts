// SPDX-License-Identifier: Apache-2.0
import type { Protocol } from "@nfaas/domain";
import { expect, type Locator, type Page } from "@playwright/test";

/** The chain editor as a person with a mouse and a keyboard uses it. */
export class EditorPage {
  constructor(readonly page: Page) {}

  /** Makes an empty chain by the dialog and ends in its editor. */
  async createChain(tenant: string, title: string): Promise<void> {
    await this.page.goto(`/t/${tenant}/chains`);
    await this.page.getByRole("button", { name: "New chain" }).first().click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("Title").fill(title);
    await dialog.getByRole("button", { name: "Create chain" }).click();
    await expect(this.page.getByRole("button", { name: "Publish", exact: true })).toBeVisible();
  }

  node(name: string): Locator {
    return this.page.locator(`.react-flow__node[data-id="${name}"]`);
  }

  /** Drags an item of the palette onto the canvas; x and y are fractions of the canvas. */
  async dropFromPalette(item: string, x: number, y: number): Promise<void> {
    const canvas = this.page.locator(".react-flow__pane");
    const box = await canvas.boundingBox();
    if (!box) throw new Error("the canvas is not there");
    const targetPosition = { x: box.width * x, y: box.height * y };
    await this.page
      .getByRole("button", { name: `Add ${item}`, exact: true })
      .dragTo(canvas, { targetPosition });
  }

  /** Draws an edge with the mouse, from handle to handle. */
  async connect(from: string, to: string): Promise<void> {
    await this.node(from).locator(".react-flow__handle.source").hover();
    await this.page.mouse.down();
    await this.node(to).locator(".react-flow__handle.target").hover();
    await this.page.mouse.up();
    await expect(this.page.locator(".react-flow__edge")).not.toHaveCount(0);
  }

  /** Opens a chain and selects a node of it. */
  async open(chain: string, node: string): Promise<void> {
    await this.page.goto(`/t/acme/chains/${chain}`);
    await this.node(node).click();
    await this.page.getByRole("tab", { name: /configuration/i }).click();
  }

  /** Hangs an edge on an output of the node it leaves; the node is selected before and after. */
  async setOutput(from: string, to: string, output: string): Promise<void> {
    await this.page.getByRole("button", { name: `${from} to ${to}` }).click();
    await this.page.getByLabel("Output", { exact: true }).selectOption(output);
    await this.node(from).click();
  }

  /** Adds a rule that allows TCP to a port, at the end of the selected firewall's rules. */
  async addTcpRule(name: string, port: number): Promise<void> {
    await this.addRule(name, "tcp");
    await this.page.getByLabel(`Destination ports of rule ${name}`).fill(String(port));
  }

  /** Adds a rule that allows a protocol, at the end of the selected firewall's rules. */
  async addRule(name: string, protocol: Protocol): Promise<void> {
    await this.page.getByRole("button", { name: "Add rule" }).click();
    await this.page
      .getByLabel(/^Name of rule/)
      .last()
      .fill(name);
    await this.page.getByLabel(`Action of rule ${name}`).selectOption("allow");
    await this.page.getByLabel(`Protocol of rule ${name}`).selectOption(protocol);
  }

  /** Publishes what is drawn; `choose` may set what the dialog offers before. */
  async publish(message: string, choose?: (dialog: Locator) => Promise<void>): Promise<void> {
    await this.page.getByRole("button", { name: "Publish", exact: true }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel("Message").fill(message);
    await choose?.(dialog);
    await dialog.getByRole("button", { name: "Publish" }).click();
    await expect(dialog).toBeHidden();
  }

  async waitLive(revision: number): Promise<void> {
    const progress = this.page.getByRole("region", { name: "Publish progress" });
    await expect(progress).toContainText(`Revision ${revision}`);
    for (const step of ["accepted", "programmed", "live"]) {
      await expect(this.page.getByTestId(`step-${step}`)).toHaveAttribute("data-state", "done");
    }
  }

  /** What the screen says goes along an edge now, in bits/s. */
  async rateOnScreen(edge: string, direction: "forward" | "reverse"): Promise<number> {
    const figure = this.page.getByTestId(`rate-${edge}-${direction}`);
    return Number(await figure.getAttribute("data-bits-per-second"));
  }
}
