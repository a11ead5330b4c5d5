// SPDX-License-Identifier: Apache-2.0
import { mkdir, realpath } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { KubernetesClient } from "../kubernetes/client.ts";
import { createLogger } from "../log.ts";
import { ConfigurationError, portFromEnv, requireEnv, runProcess } from "../process.ts";
import { Agent } from "./agent.ts";
import { serveAgent } from "./http-server.ts";

const logger = createLogger("agent");

function kubeletFromEnv() {
  if (process.env.NFAAS_KUBELET !== "1") return;
  const instance = requireEnv("NFAAS_INSTANCE");
  if (!/^[a-z0-9]{1,6}$/.test(instance)) {
    throw new ConfigurationError("NFAAS_INSTANCE must be 1 to 6 of a-z and 0-9");
  }
  const fabricFamily = process.env.NFAAS_FABRIC_FAMILY || undefined;
  if (fabricFamily !== undefined && fabricFamily !== "ipv4" && fabricFamily !== "ipv6") {
    throw new ConfigurationError("NFAAS_FABRIC_FAMILY must be ipv4 or ipv6");
  }
  return { program: resolve(requireEnv("NFAAS_DATAPLANE")), instance, fabricFamily } as const;
}

await runProcess(logger, async (signal) => {
  const node = process.env.NFAAS_NODE || hostname();
  const state = resolve(requireEnv("NFAAS_STATE"));
  await mkdir(join(state, "run"), { recursive: true, mode: 0o700 });
  let agent: Agent | undefined;
  const server = await serveAgent({
    host: process.env.NFAAS_AGENT_HOST || "127.0.0.1",
    port: portFromEnv("NFAAS_AGENT_PORT", 9464),
    token: requireEnv("NFAAS_AGENT_TOKEN"),
    agent: () => agent,
  });
  logger.info("started", { node, url: server.url });
  agent = new Agent({
    client: KubernetesClient.fromEnvironment(),
    node,
    // The kernel shows working folders without symbolic links.
    stateDirectory: await realpath(state),
    agentAddress: process.env.NFAAS_AGENT_ADDRESS || server.url,
    logger,
    kubelet: kubeletFromEnv(),
  });
  await agent.run(signal);
  await server.close();
});
