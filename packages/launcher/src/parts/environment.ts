// SPDX-License-Identifier: Apache-2.0

import type { Instance } from "../instance.ts";
import { dataplaneBinary } from "../paths.ts";
import { databaseOwner, databaseUrl } from "../postgres/cluster.ts";
import { demoUsers, type KubeUser, type Secrets } from "../secrets.ts";

export const nodeName = "local";

export type Environment = Readonly<Record<string, string>>;

/** The three ways into the database: as its owner, as the console's role (row-level security) and as the sign-in role. */
export interface DatabaseUrls {
  readonly owner: string;
  readonly app: string;
  readonly auth: string;
}

/** `external` is the owner's URL of a server that isn't ours; the other roles differ in name and password only. */
function databaseUrls(instance: Instance, secrets: Secrets, external: string | undefined): DatabaseUrls {
  const owner = external ?? databaseUrl(instance.ports.postgres, databaseOwner, secrets.databaseOwner);
  const as = (role: string, password: string) => {
    const url = new URL(owner);
    url.username = role;
    url.password = password;
    return url.href;
  };
  return { owner, app: as("nfaas_app", secrets.databaseApp), auth: as("nfaas_auth", secrets.databaseAuth) };
}

/** What every part sees; by NFAAS_INSTANCE and NFAAS_STATE `down` finds what it must end. */
function baseEnvironment(instance: Instance): Environment {
  return {
    PATH: process.env.PATH ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: process.env.HOME ?? "/root",
    LANG: "C.UTF-8",
    NFAAS_STATE: instance.paths.root,
    NFAAS_INSTANCE: instance.id,
  };
}

/** Environments of the parts, by the contract between them; everything a part may know is here. */
export function partEnvironments(instance: Instance, secrets: Secrets, external: string | undefined) {
  const { paths, ports, url } = instance;
  const base = baseEnvironment(instance);
  const database = databaseUrls(instance, secrets, external);
  const kubeconfig = (user: KubeUser) => ({
    KUBECONFIG: paths.kubeconfig(user === "admin" ? undefined : user),
  });
  const identityProvider = {
    NFAAS_URL: url,
    NFAAS_IDP_PORT: String(ports.identityProvider),
    NFAAS_IDP_URL: `http://127.0.0.1:${ports.identityProvider}`,
    NFAAS_IDP_CLIENT_SECRET: secrets.identityProviderClient,
    NFAAS_IDP_COOKIE_SECRET: secrets.identityProviderCookie,
    NFAAS_IDP_USERS: JSON.stringify(
      demoUsers.map((email) => ({ email, password: secrets.demoPasswords[email] })),
    ),
  };
  const console = {
    ...base,
    ...kubeconfig("console"),
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    NFAAS_URL: url,
    DATABASE_URL: database.app,
    AUTH_DATABASE_URL: database.auth,
    AUTH_SECRET: secrets.authSecret,
    NFAAS_AGENT_TOKEN: secrets.agentToken,
    NFAAS_ALLOW_HTTP_IDP: "1", // the demo's provider, on loopback
  };
  return {
    /** Of the lab, and of tasks that need nothing else. */
    base,
    migrations: {
      ...base,
      DATABASE_URL: database.owner,
      NFAAS_DB_APP_PASSWORD: secrets.databaseApp,
      NFAAS_DB_AUTH_PASSWORD: secrets.databaseAuth,
      CHECKPOINT_DISABLE: "1",
    },
    kubernetes: {
      ...base,
      DATABASE_URL: database.owner,
      NFAAS_KUBE_HOST: "127.0.0.1",
      NFAAS_KUBE_PORT: String(ports.kube),
      NFAAS_KUBE_TOKENS: paths.kubeTokens,
    },
    install: { ...base, ...kubeconfig("admin") },
    operator: { ...base, ...kubeconfig("operator"), NFAAS_OPERATOR_PORT: String(ports.operator) },
    agent: {
      ...base,
      ...kubeconfig("agent"),
      NFAAS_NODE: nodeName,
      NFAAS_KUBELET: "1",
      NFAAS_FABRIC_FAMILY: process.env.NFAAS_FABRIC_FAMILY ?? "",
      NFAAS_AGENT_PORT: String(ports.agent),
      NFAAS_AGENT_TOKEN: secrets.agentToken,
      NFAAS_DATAPLANE: dataplaneBinary,
    },
    identityProvider: { ...base, ...identityProvider },
    console,
    /** The seed acts as platform operator: the console's environment, the provider's facts and an admin's kubeconfig. */
    seed: { ...console, ...identityProvider, ...kubeconfig("admin"), DATABASE_OWNER_URL: database.owner },
  } as const satisfies Record<string, Environment>;
}

export type PartEnvironments = ReturnType<typeof partEnvironments>;
