// SPDX-License-Identifier: Apache-2.0
// What operator and agents must agree on about the pods that share their flows.

/** Functions whose flows mean the same in every pod of a set; the data plane refuses the others. */
export const sharesFlows = (role: string): boolean => role === "firewall" || role === "nat";

/** Of a set's Secret, and in it the field with the key's bytes. */
export const secretOf = (functionSet: string): string => `state-group-${functionSet}`;
export const keyField = "key";
