// SPDX-License-Identifier: Apache-2.0

/**
 * Header of a request that no person caused: a page asks again by itself. Such a request doesn't keep its session from
 * the idle limit (server/auth/sessions.ts).
 */
export const backgroundHeader = "nfaas-background";
