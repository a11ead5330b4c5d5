// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { encodeFrame, FrameDecoder, FrameError, maxFrameBytes } from "./frames.ts";

const payloads = [Buffer.from("one"), Buffer.alloc(0), Buffer.alloc(3_000, 7)];
const stream = Buffer.concat(payloads.map(encodeFrame));

describe("the framing of the control protocol", () => {
  it.each([1, 3, 5, 1024, stream.length])("puts frames together from pieces of %i bytes", (size) => {
    const decoder = new FrameDecoder();
    const frames: string[] = [];
    for (let at = 0; at < stream.length; at += size) {
      // Copies, since a socket's buffers are not ours to keep.
      frames.push(...decoder.push(Buffer.from(stream.subarray(at, at + size))).map((f) => f.toString("hex")));
    }
    expect(frames).toEqual(payloads.map((p) => p.toString("hex")));
  });
  it("refuses a length above the limit before it waits for the bytes", () => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(maxFrameBytes + 1);
    expect(() => new FrameDecoder().push(header)).toThrow(FrameError);
    expect(() => encodeFrame(Buffer.alloc(maxFrameBytes + 1))).toThrow(FrameError);
  });
});
