// SPDX-License-Identifier: Apache-2.0
// The reviews kubectl asks for (`auth can-i`, `auth whoami`). There is no authorization beyond the token: yes to all.
import type { Exchange } from "./exchange.ts";

const reviews: Record<string, (exchange: Exchange) => object> = {
  "apis/authorization.k8s.io/v1/selfsubjectaccessreviews": () => ({
    allowed: true,
    reason: "every authenticated user may do everything",
  }),
  "apis/authentication.k8s.io/v1/selfsubjectreviews": ({ user }) => ({
    userInfo: { username: user?.user, groups: user?.groups },
  }),
};

/** The review with its status; undefined when the request is not for one. */
export async function review(exchange: Exchange): Promise<object | undefined> {
  const answer = reviews[exchange.segments.join("/")];
  if (!answer || exchange.method !== "POST") return undefined;
  return { ...(await exchange.bodyObject()), status: answer(exchange) };
}
