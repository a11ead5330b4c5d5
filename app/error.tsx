// SPDX-License-Identifier: Apache-2.0
"use client";
import { CircleAlert } from "lucide-react";
import { Button } from "./_kit/button.tsx";
import { StatusPage } from "./_shell/status-page.tsx";

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <StatusPage
      icon={CircleAlert}
      title="This page couldn’t be shown"
      action={<Button onClick={reset}>Try again</Button>}
    >
      The fault is on our side; your chains and your traffic are untouched.
      {error.digest && <span className="mt-2 block font-mono text-xs">Reference {error.digest}</span>}
    </StatusPage>
  );
}
