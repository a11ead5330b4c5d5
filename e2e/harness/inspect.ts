// SPDX-License-Identifier: Apache-2.0
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const folder = "e2e/output/screens";
const schemes = ["light", "dark"] as const;

/** Takes the page in both colour schemes and holds both to WCAG 2.1 AA as far as axe can tell. */
export async function inspect(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(background).not.toBe("");
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, animations: "disabled" });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21aa"])
      .analyze();
    expect(
      violations.map((v) => `${v.id}: ${v.nodes[0]?.html}`),
      `${name}, ${colorScheme}`,
    ).toEqual([]);
  }
}
