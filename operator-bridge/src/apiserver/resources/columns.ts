// SPDX-License-Identifier: Apache-2.0
// What `kubectl get` shows of the built-in kinds.
import { humanDuration } from "../duration.ts";
import { at, isObject, type KubeObject } from "../objects.ts";
import type { Column } from "./types.ts";

type Cell = Column["cell"];

const text = (name: string, cell: Cell, priority = 0): Column => ({ name, type: "string", priority, cell });
const field =
  (...path: string[]): Cell =>
  (object) =>
    at(object, ...path) ?? "<none>";

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isObject) : [];

export const nameColumn: Column = { ...text("Name", (object) => object.metadata.name), format: "name" };
export const ageColumn: Column = {
  name: "Age",
  type: "date",
  priority: 0,
  cell: (object) => object.metadata.creationTimestamp,
};

export const defaultColumns: Column[] = [nameColumn, ageColumn];

function podReady(pod: KubeObject): string {
  const containers = list(at(pod, "spec", "containers"));
  const ready = list(at(pod, "status", "containerStatuses")).filter((status) => status.ready === true);
  return `${ready.length}/${containers.length}`;
}

function podStatus(pod: KubeObject): unknown {
  if (pod.metadata.deletionTimestamp) return "Terminating";
  const waiting = list(at(pod, "status", "containerStatuses"))
    .map((status) => at(status, "state", "waiting", "reason"))
    .find((reason) => reason !== undefined);
  return waiting ?? at(pod, "status", "reason") ?? at(pod, "status", "phase") ?? "Unknown";
}

const podRestarts: Cell = (pod) =>
  list(at(pod, "status", "containerStatuses")).reduce(
    (sum, status) => sum + Number(status.restartCount ?? 0),
    0,
  );

export const podColumns: Column[] = [
  nameColumn,
  text("Ready", podReady),
  text("Status", podStatus),
  { name: "Restarts", type: "integer", priority: 0, cell: podRestarts },
  ageColumn,
  text("IP", field("status", "podIP"), 1),
  text("Node", field("spec", "nodeName"), 1),
];

export const namespaceColumns: Column[] = [nameColumn, text("Status", field("status", "phase")), ageColumn];

function nodeStatus(node: KubeObject): string {
  const ready = list(at(node, "status", "conditions")).find((condition) => condition.type === "Ready");
  const status = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return at(node, "spec", "unschedulable") === true ? `${status},SchedulingDisabled` : status;
}

export const nodeColumns: Column[] = [
  nameColumn,
  text("Status", nodeStatus),
  ageColumn,
  text("Version", field("status", "nodeInfo", "kubeletVersion")),
];

const countOf =
  (name: string): Cell =>
  (object) =>
    Object.keys((at(object, name) as object) ?? {}).length;
const dataColumn: Column = { name: "Data", type: "integer", priority: 0, cell: countOf("data") };

export const configMapColumns: Column[] = [nameColumn, dataColumn, ageColumn];
export const secretColumns: Column[] = [nameColumn, text("Type", field("type")), dataColumn, ageColumn];
export const leaseColumns: Column[] = [
  nameColumn,
  text("Holder", field("spec", "holderIdentity")),
  ageColumn,
];

export const crdColumns: Column[] = [
  nameColumn,
  {
    name: "Created At",
    type: "date",
    format: "rfc3339",
    priority: 0,
    cell: (crd) => crd.metadata.creationTimestamp,
  },
];

function lastSeen(event: KubeObject): string {
  const when =
    event.lastTimestamp ?? event.eventTime ?? event.firstTimestamp ?? event.metadata.creationTimestamp;
  return typeof when === "string" ? humanDuration(Date.now() - Date.parse(when)) : "<unknown>";
}

const eventObject: Cell = (event) =>
  `${String(at(event, "involvedObject", "kind") ?? "").toLowerCase()}/${at(event, "involvedObject", "name") ?? ""}`;

export const eventColumns: Column[] = [
  text("Last Seen", lastSeen),
  text("Type", field("type")),
  text("Reason", field("reason")),
  text("Object", eventObject),
  text("Source", field("source", "component"), 1),
  text("Message", (event) => String(event.message ?? "").trim()),
  text("Count", field("count"), 1),
  { ...nameColumn, priority: 1 },
];
