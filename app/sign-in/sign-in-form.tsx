// SPDX-License-Identifier: Apache-2.0
"use client";
import { ArrowRight, Info, TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "../_kit/button.tsx";
import { Field, Input } from "../_kit/field.tsx";
import { Notice } from "../_kit/surface.tsx";
import { explainReason } from "./reasons.ts";

type Answer = { redirectTo: string } | { error: { code: string; message: string } };

/** Takes the mail address and goes to the sign-in page of the company it belongs to. */
export function SignInForm({ reason, returnTo }: { reason: string | null; returnTo: string }) {
  const [email, setEmail] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const told = explainReason(reason);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    const answer = await startSignIn(email.trim(), returnTo);
    if ("redirectTo" in answer) {
      window.location.assign(answer.redirectTo);
      return;
    }
    setBusy(false);
    setError(answer.error.message);
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      {told && !error && (
        <Notice tone={told.tone} icon={told.tone === "warn" ? TriangleAlert : Info}>
          {told.text}
        </Notice>
      )}
      <Field label="Work mail address" error={error}>
        {(ids) => (
          <Input
            {...ids}
            type="email"
            name="email"
            extent="lg"
            autoFocus
            required
            autoComplete="username"
            placeholder="you@company.example"
            wrong={error !== null}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="primary" size="lg" disabled={busy || email.trim() === ""}>
        {busy ? "One moment…" : "Continue"}
        {!busy && <ArrowRight aria-hidden className="size-4" />}
      </Button>
    </form>
  );
}

async function startSignIn(email: string, returnTo: string): Promise<Answer> {
  try {
    const response = await fetch("/api/auth/sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, returnTo }),
    });
    return (await response.json()) as Answer;
  } catch {
    return {
      error: {
        code: "UNREACHABLE",
        message: "The console can’t be reached. Check the connection and try again.",
      },
    };
  }
}
