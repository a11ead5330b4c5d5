// SPDX-License-Identifier: Apache-2.0
// Fabric addresses of the embedded home, from the block for carriers' own use (RFC 6598), which no tenant may have.

/** 100.64.0.0/16 without .0 and .255 of each /24, to stay clear of what people take for broadcasts. */
function* candidates(): Generator<string> {
  for (let third = 0; third < 256; third++) {
    for (let fourth = 1; fourth < 255; fourth++) yield `100.64.${third}.${fourth}`;
  }
}

/** @returns undefined when 65,024 pods have one already. */
export function allocateAddress(used: ReadonlySet<string>): string | undefined {
  for (const address of candidates()) if (!used.has(address)) return address;
}
