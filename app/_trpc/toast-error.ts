// SPDX-License-Identifier: Apache-2.0
"use client";
import { toast } from "sonner";
import { leaveWhenSignedOut } from "./client.tsx";
import { errorOf } from "./errors.ts";

/** Shows what went wrong with something the user asked for; `title` says what that was. */
export function toastError(title: string, error: unknown): void {
  leaveWhenSignedOut(error);
  const { message } = errorOf(error);
  toast.error(title, { description: message });
}
