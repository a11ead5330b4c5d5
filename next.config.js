// SPDX-License-Identifier: Apache-2.0
/** @type {import("next").NextConfig} */
export default {
  // The launcher starts each build from a folder of its own, so that a newer build does not pull files from under it.
  distDir: process.env.NFAAS_CONSOLE_BUILD || ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  transpilePackages: ["@nfaas/domain", "@nfaas/operator-bridge"],
  // Loaded by Node itself: they carry WebAssembly or look for files beside them.
  serverExternalPackages: [
    "@prisma/client",
    "@prisma/adapter-pg",
    "pg",
    "@kubernetes/client-node",
    "openid-client",
  ],
  // `npm run check` checks the whole project's types; a start needn't do it again.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: "/:path*", headers: securityHeaders }],
};

/** The content security policy is in proxy.ts: it has a nonce of its own for each page. */
const securityHeaders = [
  { key: "X-Frame-Options", value: "DENY" },
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=()" },
];
