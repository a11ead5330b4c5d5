// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The engine's methods are the protocol's: migrate deploy calls applyMigrations and so on. */
export type SchemaEngine = Record<string, ((params: unknown) => Promise<unknown>) | undefined>;

export interface EngineLibrary {
  /** wasm-bindgen names its asynchronous constructor "new". */
  SchemaEngine: Record<"new", (options: object, log: () => void, adapter: object) => Promise<SchemaEngine>>;
}

/** Instantiates the WebAssembly module by hand: its own loader expects a bundler. */
export async function loadEngine(): Promise<EngineLibrary> {
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const scope = globalThis as { PRISMA_WASM_PANIC_REGISTRY?: object };
  scope.PRISMA_WASM_PANIC_REGISTRY ??= {
    set_message: (text: string) => process.stderr.write(`${text}\n`),
  };
  const module = await WebAssembly.compile(readFileSync(file.replace(/\.js$/, ".wasm")));
  const instance = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return glue as unknown as EngineLibrary;
}
