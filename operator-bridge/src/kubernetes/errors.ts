// SPDX-License-Identifier: Apache-2.0

/** HTTP status 0 = the API could not be reached at all. `reason` is Kubernetes' own (NotFound, Conflict, ...). */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const hasReason =
  (reason: string, status: number) =>
  (error: unknown): boolean =>
    error instanceof KubernetesError &&
    (error.reason === reason || (!error.reason && error.status === status));

export const isNotFound = hasReason("NotFound", 404);
export const isAlreadyExists = hasReason("AlreadyExists", 409);
export const isConflict = hasReason("Conflict", 409);
/** The resourceVersion to watch from is compacted away: list again. */
export const isExpired = (error: unknown): boolean =>
  error instanceof KubernetesError && error.status === 410;
export const isUnreachable = (error: unknown): boolean =>
  error instanceof KubernetesError && (error.status === 0 || error.status >= 500);

/** Turns one kind of failure into undefined: `await ignore(isNotFound, client.delete(...))`. */
export async function ignore<T>(
  expected: (error: unknown) => boolean,
  promise: Promise<T>,
): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    if (expected(error)) return undefined;
    throw error;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
