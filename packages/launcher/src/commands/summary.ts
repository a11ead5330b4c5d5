// SPDX-License-Identifier: Apache-2.0
import { relative } from "node:path";
import type { Instance } from "../instance.ts";
import { demoUsers, loadSecrets } from "../secrets.ts";

const roles = {
  "alice@acme.example": "tenant acme",
  "bob@acme.example": "tenant acme",
  "gina@globex.example": "tenant globex",
  "op@nfaas.example": "platform operator",
} as const;

/** What a newcomer needs next. */
export function describeRunning(instance: Instance): string {
  const { demoPasswords } = loadSecrets(instance.paths);
  const users = demoUsers.map(
    (email) => `    ${email.padEnd(22)}${demoPasswords[email].padEnd(18)}${roles[email]}`,
  );
  const absolute = instance.paths.kubeconfig();
  const nearby = relative(process.cwd(), absolute);
  const kubeconfig = nearby.startsWith("..") ? absolute : nearby;
  return [
    "",
    `  NFaaS runs at ${instance.url}`,
    "",
    "  Sign in with a mail address; the password goes to the demo's own identity provider:",
    ...users,
    "  These accounts and their provider exist in this demo only.",
    "",
    `  kubectl --kubeconfig ${kubeconfig} get servicechains -A`,
    "  ./nfaas status · logs [part] -f · capture POD · down",
    "",
  ].join("\n");
}
