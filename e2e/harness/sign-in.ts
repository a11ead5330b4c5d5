// SPDX-License-Identifier: Apache-2.0

import type { DemoUser } from "@nfaas/launcher";
import type { Page } from "@playwright/test";

/** The way a person signs in: mail address at the console, password at the company's identity provider, and back. */
export async function signIn(page: Page, user: DemoUser, password: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel(/mail/i).fill(user);
  await page.getByRole("button", { name: /continue|sign in/i }).click();
  const passwordField = page.getByLabel(/password/i);
  await passwordField.waitFor();
  const account = page.getByLabel(/mail|user|account/i).first();
  if ((await account.inputValue()) === "") await account.fill(user);
  await passwordField.fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.waitForURL(/\/(t\/[a-z]+|platform)/);
}
