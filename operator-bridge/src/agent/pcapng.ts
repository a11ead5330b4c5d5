// SPDX-License-Identifier: Apache-2.0
// Counts the packets of a pcapng file that is still being written (draft-ietf-opsawg-pcapng section 3.1: every block
// starts with its type and its whole length).
import { open } from "node:fs/promises";

const enhancedPacketBlock = 6;
const headerBytes = 8;

export class PacketCounter {
  #offset = 0;
  #packets = 0;

  constructor(readonly path: string) {}

  /** Goes on where it stopped. A block whose end is not written yet is not counted. */
  async count(): Promise<number> {
    const file = await open(this.path, "r");
    try {
      const { size } = await file.stat();
      const header = Buffer.alloc(headerBytes);
      while (this.#offset + headerBytes <= size) {
        await file.read(header, 0, headerBytes, this.#offset);
        const length = header.readUInt32LE(4);
        if (length < headerBytes || this.#offset + length > size) break;
        if (header.readUInt32LE(0) === enhancedPacketBlock) this.#packets += 1;
        this.#offset += length;
      }
      return this.#packets;
    } finally {
      await file.close();
    }
  }
}
