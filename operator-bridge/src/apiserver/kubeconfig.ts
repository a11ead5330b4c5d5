// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { stringify } from "yaml";

export interface KubeconfigOptions {
  /** "https://127.0.0.1:6443". */
  url: string;
  caPem: string;
  token: string;
  /** Names the context's user; for people only. */
  user: string;
  namespace?: string;
}

export function kubeconfig({ url, caPem, token, user, namespace = "default" }: KubeconfigOptions): string {
  const name = "nfaas";
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name, cluster: { server: url, "certificate-authority-data": Buffer.from(caPem).toString("base64") } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace } }],
    "current-context": name,
  });
}

/** Writes a kubeconfig that only its owner can read. Readers see the old or the new one, never half. */
export async function writeKubeconfig(path: string, options: KubeconfigOptions): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, kubeconfig(options), { mode: 0o600 });
  await rename(temporary, path);
}
