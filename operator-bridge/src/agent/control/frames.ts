// SPDX-License-Identifier: Apache-2.0
// The control protocol's framing: a 4-byte big-endian length, then that many bytes.

/** As in the protocol's definition. */
export const maxFrameBytes = 16 * 1024 * 1024;

export class FrameError extends Error {
  override readonly name = "FrameError";
}

export function encodeFrame(payload: Uint8Array): Buffer {
  if (payload.length > maxFrameBytes) {
    throw new FrameError(`a message of ${payload.length} bytes is above the limit of ${maxFrameBytes}`);
  }
  const frame = Buffer.allocUnsafe(4 + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.set(payload, 4);
  return frame;
}

/** Puts frames together again from whatever pieces a stream delivers. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #buffered = 0;

  /** @throws FrameError when the peer announces more than is allowed; the stream is lost then. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Buffer[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): Buffer | undefined {
    if (this.#buffered < 4) return;
    const first = this.#chunks[0]!;
    const whole = first.length >= 4 ? first : this.#join();
    const length = whole.readUInt32BE(0);
    if (length > maxFrameBytes) throw new FrameError(`the peer announces a message of ${length} bytes`);
    if (this.#buffered < 4 + length) return;
    const bytes = this.#join();
    const rest = bytes.subarray(4 + length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
    return bytes.subarray(4, 4 + length);
  }

  #join(): Buffer {
    const joined = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
