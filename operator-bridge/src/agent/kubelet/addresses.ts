// SPDX-License-Identifier: Apache-2.0
// Fabric addresses of the embedded home. IPv4: from the block for carriers' own use (RFC 6598), which no tenant may have. IPv6:
// of a unique local prefix (RFC 4193), ending as the IPv4 ones do.

export type FabricFamily = "ipv4" | "ipv6";

const ipv4 = (third: number, fourth: number) => `100.64.${third}.${fourth}`;
const ipv6 = (third: number, fourth: number) =>
  `fd6e:6661:6173::6440:${((third << 8) | fourth).toString(16)}`;

/** 65,024 of them: without .0 and .255 of each /24, to stay clear of what people take for broadcasts. */
function* candidates(family: FabricFamily): Generator<string> {
  const write = family === "ipv6" ? ipv6 : ipv4;
  for (let third = 0; third < 256; third++) {
    for (let fourth = 1; fourth < 255; fourth++) yield write(third, fourth);
  }
}

/** A fabric has one family: that of the pods that are there, and the wanted one while there are none. */
export function familyOf(used: ReadonlySet<string>, wanted: FabricFamily = "ipv4"): FabricFamily {
  for (const address of used) return address.includes(":") ? "ipv6" : "ipv4";
  return wanted;
}

/** @returns undefined when 65,024 pods have one already. */
export function allocateAddress(
  used: ReadonlySet<string>,
  family: FabricFamily = "ipv4",
): string | undefined {
  for (const address of candidates(family)) if (!used.has(address)) return address;
}
