// SPDX-License-Identifier: Apache-2.0
// Why somebody stands before the sign-in page, and what to do about it. Codes are those of server/errors.ts.

interface Reason {
  tone: "neutral" | "warn";
  text: string;
}

const reasons: Readonly<Record<string, Reason>> = {
  SIGNED_OUT_BY_USER: { tone: "neutral", text: "You are signed out." },
  SIGNED_OUT: { tone: "neutral", text: "Your session has ended. Sign in to go on where you were." },
  SIGN_IN_EXPIRED: {
    tone: "warn",
    text: "That sign-in took too long or began in another window. Start again.",
  },
  SIGN_IN_REFUSED: {
    tone: "warn",
    text: "Your company’s sign-in page refused, or you cancelled there. Try again, or ask your administrator for access.",
  },
  IDENTITY_NOT_ACCEPTED: {
    tone: "warn",
    text: "Your mail address isn’t verified at your company’s provider, or is of another domain. Ask your administrator.",
  },
  PROVIDER_UNAVAILABLE: {
    tone: "warn",
    text: "Your company’s sign-in page can’t be reached. Try again in a minute; if it stays so, tell your administrator.",
  },
  TOO_MANY_SIGN_INS: { tone: "warn", text: "Too many sign-ins were started. Wait a minute, then try again." },
};

export function explainReason(code: string | null): Reason | null {
  if (code === null) return null;
  const known = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  return (
    known ?? {
      tone: "warn",
      text: "Signing in didn’t work. Try again; if it stays so, tell your administrator.",
    }
  );
}
