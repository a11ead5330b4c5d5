// SPDX-License-Identifier: Apache-2.0
"use client";
import { ChevronsUpDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { Me } from "@/server/api/session/me.ts";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "../_kit/menu.tsx";
import { signOut } from "./sign-out.ts";
import { chooseTheme, type Theme } from "./theme.ts";

const themeOptions = [
  { value: "system", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
] as const;

export function UserMenu({ me, initialTheme }: { me: Me; initialTheme: Theme }) {
  const [theme, setTheme] = useState(initialTheme);
  const name = me.user.name || me.user.email;
  const trigger = (
    <button
      type="button"
      aria-label={`Account of ${name}`}
      className="flex w-full items-center gap-2.5 rounded-md p-1.5 text-left hover:bg-hover max-lg:justify-center"
    >
      <span
        aria-hidden
        className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs uppercase"
      >
        {name.slice(0, 1)}
      </span>
      <span className="min-w-0 flex-1 max-lg:hidden">
        <span className="block truncate font-medium text-sm">{name}</span>
        <span className="block truncate text-2xs text-ink-muted">{me.user.email}</span>
      </span>
      <ChevronsUpDown aria-hidden className="size-3.5 text-ink-muted max-lg:hidden" />
    </button>
  );
  const choose = (next: Theme) => {
    setTheme(next);
    chooseTheme(next);
  };
  return (
    <Menu trigger={trigger}>
      <MenuLabel>{me.user.email}</MenuLabel>
      <MenuLine />
      <MenuChoice label="Theme" value={theme} onChange={choose} options={themeOptions} />
      <MenuLine />
      <MenuItem icon={LogOut} onSelect={leave}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

async function leave(): Promise<void> {
  if (await signOut()) window.location.assign("/sign-in?reason=SIGNED_OUT_BY_USER");
  else
    toast.error("Signing out failed", { description: "The console didn’t answer; you are still signed in." });
}
