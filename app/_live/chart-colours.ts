// SPDX-License-Identifier: Apache-2.0
// A canvas can't read CSS variables: colours are resolved through an element, in the theme it stands in.

/** "rgb(...)" of a design token such as "accent", as it is now inside `host`. */
export function resolveColour(host: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--color-${token})`;
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Calls back when the theme changes, by the user's choice or the system's; returns the way to stop. */
export function onThemeChange(callback: () => void): () => void {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", callback);
  window.addEventListener("themechange", callback);
  return () => {
    system.removeEventListener("change", callback);
    window.removeEventListener("themechange", callback);
  };
}
