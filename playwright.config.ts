// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from "@playwright/test";

/** Debian's Chromium, as root on a machine without a GPU or a way out. */
export const chromiumOptions = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", // as root; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/** Browser tests against a whole instance with real packets, in Debian's Chromium. */
export default defineConfig({
  testDir: "e2e/tests",
  outputDir: "e2e/output/results",
  globalSetup: "./e2e/harness/global-setup.ts",
  workers: 1, // all tests share one instance, its two tenants and two cores
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    viewport: { width: 1440, height: 900 },
    launchOptions: chromiumOptions,
  },
});
