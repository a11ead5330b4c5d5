// SPDX-License-Identifier: Apache-2.0
// Speaks the schema engine's protocol: JSON-RPC 2.0, one message a line on stdin and stdout; `cli` subcommands by exit code.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createAdapterFactory } from "./adapter.ts";
import { createDatabase, explain, ping } from "./database.ts";
import { loadEngine, type SchemaEngine } from "./wasm.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: "string", short: "d", multiple: true },
    datasource: { type: "string" },
    version: { type: "boolean" },
  },
});

interface Datasource {
  url?: string;
  shadowDatabaseUrl?: string;
}
const datasource: Datasource = JSON.parse(typeof values.datasource === "string" ? values.datasource : "{}");
const url = datasource.url ?? "postgresql://unset@127.0.0.1:1/unset";

let engine: Promise<SchemaEngine> | undefined;
function startEngine(): Promise<SchemaEngine> {
  // Undefined, not empty: the engine takes an empty list for a defect.
  const files = values.datamodels as string[] | undefined;
  const datamodels = files?.map((path) => [path, readFileSync(path, "utf8")]);
  engine ??= loadEngine().then((library) =>
    library.SchemaEngine.new(
      { datamodels },
      () => {},
      createAdapterFactory(url, datasource.shadowDatabaseUrl),
    ),
  );
  return engine;
}

async function call(method: string, params: Record<string, unknown>): Promise<unknown> {
  const target = (params.datasource as Datasource | undefined)?.url ?? url;
  if (method === "createDatabase") return createDatabase(target);
  if (method === "ensureConnectionValidity") return ping(url).then(() => ({}));
  const started = await startEngine();
  const name = method === "getDatabaseVersion" ? "version" : method;
  return (await started[name]?.(params)) ?? {};
}

const send = (message: object): void => {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
};

async function answer(line: string): Promise<void> {
  const { id, method, params } = JSON.parse(line);
  // Messages without a method are the CLI's answers to our own "print".
  if (!method) return;
  try {
    const result = await call(method, params ?? {});
    const text = method === "diff" ? (result as { stdout?: string }).stdout : undefined;
    if (text) send({ id: `print-${id}`, method: "print", params: { content: text } });
    send({ id, result });
  } catch (error) {
    send({ id, error: { code: 4466, message: "An error happened.", data: explain(error) } });
  }
}

async function runCommand(command: string | undefined): Promise<void> {
  try {
    await (command === "create-database" ? createDatabase(url) : ping(url));
  } catch (error) {
    const line = { level: "ERROR", target: "schema_engine::logger", fields: explain(error) };
    process.stderr.write(`\n${JSON.stringify(line)}`);
    process.exitCode = 1;
  }
}

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim()) await answer(line);
  }
  process.exit(0);
}

if (values.version) console.log("schema-engine-wasm");
else if (positionals[0] === "cli") await runCommand(positionals[1]);
else void serve();
