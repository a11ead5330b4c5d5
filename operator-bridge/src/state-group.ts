// SPDX-License-Identifier: Apache-2.0
// What operator and agents must agree on about the pods that share their flows.

/** Functions whose flows mean the same in every pod of a set; the data plane refuses the others. */
export const sharesFlows = (role: string): boolean => role === "firewall" || role === "nat";

/** Of the group that gateways are in; no function set is called so, since names of sets have no dots. */
export const gatewayGroup = (name: string): string => `gateway.${name}`;

/** Of a group's Secret (a set is the group of its pods), and in it the field with the key's bytes. */
export const secretOf = (group: string): string => `state-group-${group}`;
export const keyField = "key";
