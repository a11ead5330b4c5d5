// SPDX-License-Identifier: Apache-2.0
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { Toaster } from "sonner";
import "@xyflow/react/dist/base.css";
import "./globals.css";
import { readTheme, themeCookie } from "./_shell/theme.ts";

export const metadata: Metadata = {
  title: { default: "NFaaS", template: "%s · NFaaS" },
  description: "Draw a chain of network functions, publish it, and watch your packets take it.",
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f6f8" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0d12" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="min-h-dvh bg-canvas text-ink">
        {children}
        <Toaster
          position="bottom-right"
          toastOptions={{
            unstyled: true,
            classNames: {
              toast:
                "flex w-full items-start gap-3 rounded-lg border border-line bg-raised p-3 text-sm text-ink shadow-float",
              title: "font-medium",
              description: "mt-0.5 text-ink-soft",
              icon: "mt-0.5 shrink-0",
              error: "border-l-2 border-l-bad",
              success: "border-l-2 border-l-ok",
            },
          }}
        />
      </body>
    </html>
  );
}
