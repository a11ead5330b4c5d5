// SPDX-License-Identifier: Apache-2.0

/** Ends the session on the server, which also clears its cookie. False when that failed. */
export async function signOut(): Promise<boolean> {
  const answer = await fetch("/api/auth/sign-out", { method: "POST" }).catch(() => null);
  return answer?.ok ?? false;
}
