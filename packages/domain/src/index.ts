// SPDX-License-Identifier: Apache-2.0
export * from "./graph.ts";
export * from "./kubernetes/objects.ts";
export * from "./telemetry.ts";
