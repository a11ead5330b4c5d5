// SPDX-License-Identifier: Apache-2.0
export * from "./compile/compile-chain.ts";
export * from "./compile/layout-chain.ts";
export * from "./compile/preview.ts";
export * from "./editor/index.ts";
export * from "./functions/catalogue.ts";
export * from "./functions/firewall.ts";
export * from "./graph.ts";
export * from "./issue.ts";
export * from "./kubernetes/objects.ts";
export * from "./prefix.ts";
export * from "./telemetry.ts";
export * from "./topology.ts";
export * from "./units.ts";
export * from "./validate/graph-schema.ts";
export * from "./validate/validate-graph.ts";
