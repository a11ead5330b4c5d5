// SPDX-License-Identifier: Apache-2.0
// The Pods that run network functions. A cluster's own kubelet runs them as they are; in the embedded home the agent
// runs their arguments as a local process.
import { createHash } from "node:crypto";
import { annotations, group, labels, systemNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import type { Pod } from "../kubernetes/core.ts";
import { ignore, isAlreadyExists, isNotFound } from "../kubernetes/errors.ts";
import { type KubernetesObject, pods } from "../kubernetes/resources.ts";

const dataplaneImage = "nfaas/dataplane:0.1.0";

export interface PodTemplate {
  name: string;
  owner: KubernetesObject;
  /** The data plane's role: "gateway", "firewall", ... */
  function: string;
  labels: Record<string, string>;
  image?: string;
  cpus?: number;
  memoryMebibytes?: number;
  /** Means nothing, but another pod when it changes. */
  restartedAt?: string;
}

/** A VF, whole CPUs (Guaranteed QoS, so that the static CPU manager pins them) and hugepages. */
const resourcesOf = ({ cpus = 2, memoryMebibytes = 512 }: Omit<PodTemplate, "name">) => ({
  cpu: String(cpus),
  memory: `${memoryMebibytes}Mi`,
  "hugepages-2Mi": "512Mi",
  [`${group}/vf`]: "1",
});

/** Equal for templates whose pods are equal but for their names. */
export function templateDigest(template: Omit<PodTemplate, "name">): string {
  const { metadata, spec } = podOf({ ...template, name: "" });
  const content = JSON.stringify([metadata.labels, spec, template.restartedAt]);
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}

export function newPod(template: PodTemplate): Pod {
  const pod = podOf(template);
  pod.metadata.annotations = { [annotations.template]: templateDigest(template) };
  return pod;
}

function podOf(template: PodTemplate): Pod {
  const { name, owner, function: role, labels: own, image = dataplaneImage } = template;
  const { apiVersion, kind, metadata } = owner;
  const resources = resourcesOf(template);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: systemNamespace,
      labels: { ...own, [labels.function]: role, "app.kubernetes.io/name": "nfaas-dataplane" },
      ownerReferences: [
        {
          apiVersion,
          kind,
          name: metadata.name,
          uid: metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          name: "dataplane",
          image,
          args: ["--pod", name, "--role", role, "--control", `pods/${name}/control.sock`],
          resources: { requests: resources, limits: resources },
          securityContext: { capabilities: { add: ["IPC_LOCK", "NET_ADMIN"] } },
          volumeMounts: [
            { name: "run", mountPath: "/run/nfaas" },
            { name: "hugepages", mountPath: "/dev/hugepages" },
          ],
        },
      ],
      volumes: [
        { name: "run", hostPath: { path: "/run/nfaas", type: "DirectoryOrCreate" } },
        { name: "hugepages", emptyDir: { medium: "HugePages" } },
      ],
    },
  };
}

/** Creates the pods that are missing and deletes those that are too many. */
export async function reconcilePods(
  client: KubernetesClient,
  wanted: readonly PodTemplate[],
  existing: readonly Pod[],
): Promise<void> {
  const names = new Set(existing.map((p) => p.metadata.name));
  const keep = new Set(wanted.map((t) => t.name));
  for (const template of wanted) {
    if (!names.has(template.name)) await ignore(isAlreadyExists, client.create(pods, newPod(template)));
  }
  for (const { metadata } of existing) {
    if (keep.has(metadata.name) || metadata.deletionTimestamp !== undefined) continue;
    await ignore(isNotFound, client.delete(pods, metadata, { uid: metadata.uid }));
  }
}

export const isOwnedBy = (pod: Pod, owner: KubernetesObject): boolean =>
  (pod.metadata.ownerReferences ?? []).some((r) => r.uid === owner.metadata.uid);
