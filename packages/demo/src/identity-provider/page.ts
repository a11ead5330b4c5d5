// SPDX-License-Identifier: Apache-2.0
import type { Realm } from "../realms.ts";

export interface LoginPage {
  realm: Realm;
  email: string;
  error: string | null;
  /** For the style element; the page allows nothing else. */
  nonce: string;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] ?? char);

const style = `
:root { color-scheme: light dark; --ink: #16181d; --soft: #5b6270; --line: #d9dde5; --page: #f3f4f7; --card: #fff;
  --accent: #2f5bea; --bad: #b3261e; --bad-page: #fdecea; --note: #fff6dd; --note-ink: #6b4e00; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #9aa3b2; --line: #2b313d; --page: #0d0f14;
  --card: #151921; --accent: #6d8dff; --bad: #ffb4ab; --bad-page: #3b1614; --note: #2e2708; --note-ink: #f2d98b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 2rem; background: var(--page);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { width: min(25rem, 100%); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 2rem;
  box-shadow: 0 12px 40px -20px rgb(0 0 0 / .25); }
.brand { display: flex; align-items: center; gap: .75rem; margin-bottom: 1.5rem; font-weight: 600; }
.mark { display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: 9px; background: var(--ink);
  color: var(--card); font-weight: 700; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 .25rem; letter-spacing: -.01em; }
p { margin: 0 0 1.25rem; color: var(--soft); font-size: .925rem; }
label { display: block; font-size: .875rem; font-weight: 500; margin: 0 0 1rem; }
input { display: block; width: 100%; margin-top: .35rem; padding: .6rem .75rem; font: inherit; color: inherit;
  background: var(--page); border: 1px solid var(--line); border-radius: 8px; }
input:focus-visible, button:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; color: var(--card); background: var(--ink); border: 0;
  border-radius: 8px; cursor: pointer; }
.error { color: var(--bad); background: var(--bad-page); border-radius: 8px; padding: .6rem .75rem; }
.note { margin: 1rem 0 0; padding: .6rem .9rem; border-radius: 10px; font-size: .8125rem; color: var(--note-ink);
  background: var(--note); text-align: center; }
`;

export function loginPage({ realm, email, error, nonce }: LoginPage): string {
  const name = escapeHtml(realm.displayName);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · ${name}</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
  <div class="card">
    <div class="brand"><span class="mark" aria-hidden="true">${escapeHtml(realm.displayName.slice(0, 1))}</span>${name}</div>
    <h1>Sign in</h1>
    <p>to go on to NFaaS</p>
    ${error ? `<p class="error" role="alert">${escapeHtml(error)}</p>` : ""}
    <form method="post">
      <label>Mail address
        <input name="email" type="email" autocomplete="username" required value="${escapeHtml(email)}"${email ? "" : " autofocus"}>
      </label>
      <label>Password
        <input name="password" type="password" autocomplete="current-password" required${email ? " autofocus" : ""}>
      </label>
      <button>Sign in</button>
    </form>
  </div>
  <p class="note">This is the demo's identity provider. ${name} isn't a real company, and its accounts exist only here.</p>
</main>
</body>
</html>`;
}
