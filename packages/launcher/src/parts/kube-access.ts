// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { writeFileAtomic, writeJson } from "../files.ts";
import type { Instance } from "../instance.ts";
import { type KubeUser, kubeUsers, type Secrets } from "../secrets.ts";

const groups: Readonly<Record<KubeUser, string[]>> = {
  admin: ["system:masters"],
  operator: ["nfaas:operators"],
  agent: ["nfaas:agents"],
  console: ["nfaas:consoles"],
};

/** The token file of the Kubernetes API: who a bearer is. */
export function writeKubeTokens(instance: Instance, secrets: Secrets): void {
  const users = kubeUsers.map((user) => [
    secrets.kubeTokens[user],
    { user: `nfaas:${user}`, groups: groups[user] },
  ]);
  writeJson(instance.paths.kubeTokens, Object.fromEntries(users), 0o600);
}

/** A kubeconfig for each user, once the API has written its certificate authority. */
export function writeKubeconfigs(instance: Instance, secrets: Secrets): void {
  const authority = readFileSync(instance.paths.kubeCa).toString("base64");
  for (const user of kubeUsers) {
    // JSON is YAML: no writer is needed.
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "nfaas",
      clusters: [
        {
          name: "nfaas",
          cluster: {
            server: `https://127.0.0.1:${instance.ports.kube}`,
            "certificate-authority-data": authority,
          },
        },
      ],
      users: [{ name: user, user: { token: secrets.kubeTokens[user] } }],
      contexts: [{ name: "nfaas", context: { cluster: "nfaas", user } }],
    };
    const path = instance.paths.kubeconfig(user === "admin" ? undefined : user);
    writeFileAtomic(path, `${JSON.stringify(config, null, 2)}\n`, 0o600);
  }
}
