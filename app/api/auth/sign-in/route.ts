// SPDX-License-Identifier: Apache-2.0
export { handleSignIn as POST } from "@/server/auth/routes.ts";
