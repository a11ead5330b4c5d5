// SPDX-License-Identifier: Apache-2.0
export { handleSignOut as POST } from "@/server/auth/routes.ts";
