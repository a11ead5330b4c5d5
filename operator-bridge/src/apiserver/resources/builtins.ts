// SPDX-License-Identifier: Apache-2.0
// The kinds every Kubernetes has, as far as this project uses them. Their fields are stored as given: no schema.
import { type Cause, fieldError } from "../errors.ts";
import { at, deepEqual, isObject, type KubeObject } from "../objects.ts";
import * as columns from "./columns.ts";
import { customResourceDefinitions } from "./crd.ts";
import type { ResourceType, Strategy } from "./types.ts";

interface BuiltIn extends Partial<Omit<ResourceType, "strategy">> {
  kind: string;
  plural: string;
  strategy?: Partial<Strategy>;
}

function define({ strategy, ...builtIn }: BuiltIn): ResourceType {
  const version = builtIn.version ?? "v1";
  return {
    group: "",
    singular: builtIn.kind.toLowerCase(),
    listKind: `${builtIn.kind}List`,
    shortNames: [],
    categories: [],
    namespaced: true,
    custom: false,
    generation: false,
    status: false,
    columns: columns.defaultColumns,
    ...builtIn,
    version,
    storageVersion: version,
    strategy: { unconditionalUpdate: true, ...strategy },
  };
}

/** There from the first start on. */
export const permanentNamespaces = ["default", "kube-system"];

const namespaceFinalizer = "kubernetes";

function prepareNamespace(namespace: KubeObject): void {
  namespace.spec = { ...(namespace.spec as object), finalizers: [namespaceFinalizer] };
  namespace.status = { phase: "Active" };
  namespace.metadata.labels = {
    ...namespace.metadata.labels,
    "kubernetes.io/metadata.name": namespace.metadata.name,
  };
}

const podDefaults = { restartPolicy: "Always", terminationGracePeriodSeconds: 30 };

function preparePod(pod: KubeObject): void {
  if (isObject(pod.spec)) pod.spec = { ...podDefaults, ...pod.spec };
  pod.status = { phase: "Pending" };
}

function validatePod(pod: KubeObject, old?: KubeObject): Cause[] {
  const containers = at(pod, "spec", "containers");
  if (!Array.isArray(containers) || containers.length === 0) return [fieldError.required("spec.containers")];
  const was = at(old, "spec", "nodeName");
  if (was && was !== at(pod, "spec", "nodeName"))
    return [fieldError.forbidden("spec", "pod updates may not change spec.nodeName once it is set")];
  return [];
}

/** A pod that nobody runs is gone at once; one on a node waits for the node's agent to confirm. */
function podGracePeriod(pod: KubeObject): number {
  const phase = at(pod, "status", "phase");
  if (!at(pod, "spec", "nodeName") || phase === "Succeeded" || phase === "Failed") return 0;
  return Number(
    at(pod, "spec", "terminationGracePeriodSeconds") ?? podDefaults.terminationGracePeriodSeconds,
  );
}

/** stringData is write-only: it lands in data. */
function encodeSecret(secret: KubeObject): void {
  const { stringData } = secret;
  secret.type ??= "Opaque";
  if (!isObject(stringData)) return;
  const encoded = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  secret.data = { ...(secret.data as object), ...Object.fromEntries(encoded) };
  delete secret.stringData;
}

function validateSecretType(secret: KubeObject, old?: KubeObject): Cause[] {
  return !old || deepEqual(secret.type, old.type)
    ? []
    : [fieldError.invalid("type", secret.type, "field is immutable")];
}

const eventFields = [
  ...["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"].map(
    (f) => `involvedObject.${f}`,
  ),
  ...["reason", "reportingComponent", "source", "type"],
];

export const namespaces = define({
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  status: true,
  columns: columns.namespaceColumns,
  strategy: {
    prepareCreate: prepareNamespace,
    selectableFields: ["status.phase"],
    permanentNames: permanentNamespaces,
  },
});

export const pods = define({
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  status: true,
  columns: columns.podColumns,
  strategy: {
    prepareCreate: preparePod,
    validate: validatePod,
    gracePeriodSeconds: podGracePeriod,
    selectableFields: [
      "spec.nodeName",
      "spec.restartPolicy",
      "spec.schedulerName",
      "status.phase",
      "status.podIP",
    ],
  },
});

export const events = define({
  kind: "Event",
  plural: "events",
  shortNames: ["ev"],
  columns: columns.eventColumns,
  strategy: { selectableFields: eventFields, createOnUpdate: true },
});

export const builtIns: ResourceType[] = [
  namespaces,
  pods,
  define({
    kind: "Node",
    plural: "nodes",
    shortNames: ["no"],
    namespaced: false,
    status: true,
    columns: columns.nodeColumns,
    strategy: { selectableFields: ["spec.unschedulable"] },
  }),
  events,
  define({ kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"], columns: columns.configMapColumns }),
  define({
    kind: "Secret",
    plural: "secrets",
    columns: columns.secretColumns,
    strategy: {
      prepareCreate: encodeSecret,
      prepareUpdate: encodeSecret,
      validate: validateSecretType,
      selectableFields: ["type"],
    },
  }),
  define({
    group: "coordination.k8s.io",
    kind: "Lease",
    plural: "leases",
    columns: columns.leaseColumns,
    strategy: { unconditionalUpdate: false, createOnUpdate: true },
  }),
  customResourceDefinitions,
];
