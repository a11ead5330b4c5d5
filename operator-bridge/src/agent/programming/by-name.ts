// SPDX-License-Identifier: Apache-2.0
/** Text order, not locale order: both ends of a link must agree. */
export const byName = <T extends { name: string }>(a: T, b: T): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
