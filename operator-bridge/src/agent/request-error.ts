// SPDX-License-Identifier: Apache-2.0

/** A request to the agent that can't be served; the status is HTTP's. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A whole number of a query; `fallback` when it is not there. @throws RequestError */
export function wholeNumber(query: URLSearchParams, name: string, fallback: number, max: number): number {
  const value = Number(query.get(name) ?? fallback);
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new RequestError(400, `${name} must be a whole number, 0..${max}`);
}
