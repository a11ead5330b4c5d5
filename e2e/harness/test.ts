// SPDX-License-Identifier: Apache-2.0

import type { Lab } from "@nfaas/lab";
import type { DemoUser } from "@nfaas/launcher";
import { test as base, type Page } from "@playwright/test";
import { TestChain } from "./chain.ts";
import { ConsoleApi } from "./console-api.ts";
import { RunningInstance } from "./instance.ts";
import { signIn } from "./sign-in.ts";

interface TestFixtures {
  /** Signs a demo user in on this test's page, by the identity provider. */
  readonly signInAs: (user: DemoUser, page?: Page) => Promise<void>;
  /** acme's chain "web", of which nothing is assumed; alice is signed in on this test's page. */
  readonly acmeChain: TestChain;
}

interface RunFixtures {
  readonly nfaas: RunningInstance;
  readonly lab: Lab;
}

/** Playwright's test with a running instance: `page` starts at its URL. */
export const test = base.extend<TestFixtures, RunFixtures>({
  nfaas: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
    async ({}, use) => {
      const state = process.env.NFAAS_E2E_STATE;
      if (state === undefined) throw new Error("NFAAS_E2E_STATE is not set: the global setup did not run");
      await use(new RunningInstance(state));
    },
    { scope: "worker" },
  ],
  lab: [async ({ nfaas }, use) => use(nfaas.lab), { scope: "worker" }],
  baseURL: async ({ nfaas }, use) => use(nfaas.url),
  signInAs: async ({ nfaas, page }, use) => {
    await use((user, on = page) => signIn(on, user, nfaas.secrets.demoPasswords[user]));
  },
  acmeChain: async ({ nfaas, page, signInAs }, use) => {
    await signInAs("alice@acme.example");
    await use(new TestChain(new ConsoleApi(page.request, nfaas.url), "acme"));
  },
});

export { expect } from "@playwright/test";
