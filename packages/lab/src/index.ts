// SPDX-License-Identifier: Apache-2.0
export * from "./command.ts";
export * from "./hosts.ts";
export * from "./lab.ts";
export * from "./ping.ts";
export * from "./topology.ts";
