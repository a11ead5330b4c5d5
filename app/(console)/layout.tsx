// SPDX-License-Identifier: Apache-2.0
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { requireMe } from "../_shell/require-me.ts";
import { Shell } from "../_shell/shell.tsx";
import { readTheme, themeCookie } from "../_shell/theme.ts";

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const me = await requireMe();
  const theme = readTheme((await cookies()).get(themeCookie)?.value);
  return (
    <Shell me={me} theme={theme}>
      {children}
    </Shell>
  );
}
