// SPDX-License-Identifier: Apache-2.0
// A connection to one data plane process.
import { connect, type Socket } from "node:net";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type CaptureStartRequestSchema,
  type CaptureStopResponse,
  type CountersResponse,
  type DesiredState,
  type ExplainReadResponse,
  type ExplainStartRequestSchema,
  type FlowLogResponse,
  type HelloResponse,
  RequestSchema,
  type Response,
  ResponseSchema,
  type Error as WireError,
} from "../generated/nfaas_dataplane_pb.ts";
import { encodeFrame, FrameDecoder } from "./frames.ts";

/** The process answered with a typed error: nothing was applied. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  constructor(readonly error: WireError) {
    super(error.message);
  }
}

/** The connection broke or no answer came: nobody knows whether the request took effect. */
export class DisconnectedError extends Error {
  override readonly name = "DisconnectedError";
}

type RequestBody = NonNullable<MessageInitShape<typeof RequestSchema>["body"]>;
type ResponseBody = Response["body"];
type ResponseCase = Exclude<ResponseBody["case"], undefined | "error">;
type ResponseValue<C extends ResponseCase> = Extract<ResponseBody, { case: C }>["value"];

interface Waiting {
  resolve(body: ResponseBody): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

const answerTimeoutMs = 10_000;

export class ControlClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<bigint, Waiting>();
  readonly #decoder = new FrameDecoder();
  #lastId = 0n;
  #closed = false;

  private constructor(socket: Socket, onClose: () => void) {
    this.#socket = socket;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#fail("the connection closed");
      onClose();
    });
  }

  /** @throws DisconnectedError when nobody listens there. */
  static open(path: string, onClose: () => void): Promise<ControlClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      const fail = (cause: Error) =>
        reject(new DisconnectedError(`can't connect to ${path}: ${cause.message}`, { cause }));
      socket.once("error", fail);
      socket.once("connect", () => {
        socket.off("error", fail);
        resolve(new ControlClient(socket, onClose));
      });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  hello(): Promise<HelloResponse> {
    return this.#call({ case: "hello", value: {} }, "hello");
  }
  async apply(state: DesiredState): Promise<bigint> {
    const { generation } = await this.#call({ case: "apply", value: { state } }, "apply");
    return generation;
  }
  counters(): Promise<CountersResponse> {
    return this.#call({ case: "counters", value: {} }, "counters");
  }
  async startCapture(request: MessageInitShape<typeof CaptureStartRequestSchema>): Promise<void> {
    await this.#call({ case: "captureStart", value: request }, "captureStart");
  }
  stopCapture(): Promise<CaptureStopResponse> {
    return this.#call({ case: "captureStop", value: {} }, "captureStop");
  }

  async startExplain(request: MessageInitShape<typeof ExplainStartRequestSchema>): Promise<void> {
    await this.#call({ case: "explainStart", value: request }, "explainStart");
  }
  readExplain(tenantId: number, maxAgeMs: number): Promise<ExplainReadResponse> {
    return this.#call({ case: "explainRead", value: { tenantId, maxAgeMs } }, "explainRead");
  }
  async stopExplain(tenantId: number): Promise<void> {
    await this.#call({ case: "explainStop", value: { tenantId } }, "explainStop");
  }

  flowLog(tenantId: number, after: bigint): Promise<FlowLogResponse> {
    return this.#call({ case: "flowLog", value: { tenantId, after } }, "flowLog");
  }

  async #call<C extends ResponseCase>(body: RequestBody, expected: C): Promise<ResponseValue<C>> {
    const answer = await this.#send(body);
    if (answer.case === "error") throw new RefusedError(answer.value);
    if (answer.case !== expected) {
      this.close();
      throw new DisconnectedError(`the process answered ${answer.case} to ${body.case}`);
    }
    return answer.value as ResponseValue<C>;
  }

  #send(body: RequestBody): Promise<ResponseBody> {
    if (this.#closed) return Promise.reject(new DisconnectedError("the connection is closed"));
    this.#lastId += 1n;
    const id = this.#lastId;
    const frame = encodeFrame(toBinary(RequestSchema, create(RequestSchema, { id, body })));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new DisconnectedError(`no answer to ${body.case} in ${answerTimeoutMs} ms`));
        this.close();
      }, answerTimeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.write(frame);
    });
  }

  #receive(chunk: Buffer): void {
    try {
      for (const frame of this.#decoder.push(chunk)) this.#settle(fromBinary(ResponseSchema, frame));
    } catch (error) {
      this.#fail(`the process does not speak the protocol: ${(error as Error).message}`);
      this.close();
    }
  }

  #settle({ id, body }: Response): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    waiting.resolve(body);
  }

  #fail(why: string): void {
    this.#closed = true;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new DisconnectedError(why));
    }
    this.#waiting.clear();
  }
}
