// SPDX-License-Identifier: Apache-2.0
// The chain editor's model: pure functions over the graph, without React and without I/O.
export * from "./classes.ts";
export * from "./clipboard.ts";
export * from "./command.ts";
export * from "./create.ts";
export * from "./history.ts";
export * from "./layout.ts";
export * from "./naming.ts";
export * from "./rules.ts";
export * from "./state.ts";
export * from "./web-gateway.ts";
