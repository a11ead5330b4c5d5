// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const outside = [...configDefaults.exclude, "**/.nfaas*/**", "dataplane/**", "e2e/**", ".next/**"];
const resolve = { alias: { "@/": fileURLToPath(new URL("./", import.meta.url)) } };

/**
 * unit      what needs no privileges; most of it needs nothing but Node, some a PostgreSQL of its own
 * contract  the embedded Kubernetes API beside the real one (KUBEBUILDER_ASSETS)
 * system    real namespaces, interfaces and processes: needs root
 */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    projects: [
      {
        resolve,
        extends: true,
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...outside, "**/*.{contract,system}.test.ts"],
        },
      },
      {
        resolve,
        extends: true,
        test: {
          name: "contract",
          include: ["**/*.contract.test.ts"],
          exclude: outside,
          globalSetup: ["operator-bridge/test/contract/global-setup.ts"],
          testTimeout: 120_000,
        },
      },
      {
        resolve,
        extends: true,
        test: {
          name: "system",
          include: ["**/*.system.test.ts"],
          exclude: outside,
          testTimeout: 240_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
