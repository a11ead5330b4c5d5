// SPDX-License-Identifier: Apache-2.0
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentPrincipal } from "@/server/auth/current-principal.ts";
import { returnPath } from "@/server/auth/return-path.ts";
import { Wordmark } from "../_shell/brand.tsx";
import { ChainPicture } from "./chain-picture.tsx";
import { SignInForm } from "./sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in" };

interface SignInPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { reason, next } = await searchParams;
  const returnTo = returnPath(next);
  if (await currentPrincipal()) redirect(returnTo);
  return (
    <main className="grid min-h-dvh lg:grid-cols-[minmax(26rem,1fr)_minmax(0,1.25fr)]">
      <div className="flex flex-col px-8 py-8 sm:px-14">
        <Wordmark />
        <div className="my-auto w-full max-w-sm self-center py-12">
          <h1 className="font-semibold text-2xl tracking-tight">Sign in</h1>
          <p className="mt-2 mb-7 text-pretty text-ink-muted">
            With your work mail address. Your company’s own sign-in page comes next.
          </p>
          <SignInForm reason={typeof reason === "string" ? reason : null} returnTo={returnTo} />
        </div>
        <p className="text-ink-muted text-xs">Network Function as a Service</p>
      </div>
      <aside className="relative hidden overflow-hidden border-line border-l bg-surface lg:block">
        <ChainPicture />
      </aside>
    </main>
  );
}
