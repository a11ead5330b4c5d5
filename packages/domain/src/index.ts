// SPDX-License-Identifier: Apache-2.0

export * from "./attachment.ts";
export * from "./compile/compile-chain.ts";
export * from "./compile/layout-chain.ts";
export * from "./compile/preview.ts";
export * from "./direct-return.ts";
export * from "./editor/index.ts";
export * from "./explain.ts";
export * from "./functions/catalogue.ts";
export * from "./functions/classifier.ts";
export * from "./functions/firewall.ts";
export * from "./functions/mirror.ts";
export * from "./functions/nat.ts";
export * from "./functions/packet-match.ts";
export * from "./functions/rate-limiter.ts";
export * from "./functions/web-gateway.ts";
export * from "./graph.ts";
export * from "./issue.ts";
export * from "./kubernetes/objects.ts";
export * from "./prefix.ts";
export * from "./tap.ts";
export * from "./telemetry.ts";
export * from "./topology.ts";
export * from "./units.ts";
export * from "./validate/context.ts";
export { entersOfNode, entriesOf } from "./validate/enters.ts";
export * from "./validate/graph-schema.ts";
export * from "./validate/validate-graph.ts";
