// SPDX-License-Identifier: Apache-2.0
export { handleTrpc as GET, handleTrpc as POST } from "@/server/api/handler.ts";

export const dynamic = "force-dynamic";
