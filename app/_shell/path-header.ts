// SPDX-License-Identifier: Apache-2.0

/** Set by proxy.ts on every request for a page of the console: its path and query. */
export const pathHeader = "x-nfaas-path";
