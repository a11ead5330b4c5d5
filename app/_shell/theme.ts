// SPDX-License-Identifier: Apache-2.0
// The colour theme: the system's, or the one the user chose, kept in a cookie so that the first byte already has it.

export type Theme = "system" | "light" | "dark";
const themes: readonly Theme[] = ["system", "light", "dark"];
export const themeCookie = "nfaas-theme";
const yearSeconds = 365 * 24 * 3600;

export const readTheme = (value: string | undefined): Theme =>
  themes.find((theme) => theme === value) ?? "system";

/** Browser only: applies at once and remembers for a year. */
export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox ESR.
  document.cookie = `${themeCookie}=${theme}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax`;
  window.dispatchEvent(new Event("themechange"));
}
