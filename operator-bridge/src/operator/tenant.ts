// SPDX-License-Identifier: Apache-2.0
import { judgeAttachment, judgeServers, labels, type Tenant, tenantNamespace } from "@nfaas/domain";
import type { KubernetesClient } from "../kubernetes/client.ts";
import { condition, type NewCondition } from "../kubernetes/conditions.ts";
import type { Namespace } from "../kubernetes/core.ts";
import { ignore, isAlreadyExists } from "../kubernetes/errors.ts";
import { namespaces, tenants } from "../kubernetes/resources.ts";
import { writeStatus } from "./status.ts";
import type { World } from "./world.ts";

type Verdict = { accepted: boolean; reason: string; message: string };

/** Of two tenants with one tenantId the older keeps it. */
function findRival(tenant: Tenant, all: readonly Tenant[]): Tenant | undefined {
  const age = (t: Tenant) => `${t.metadata.creationTimestamp} ${t.metadata.name}`;
  return all.find(
    (other) =>
      other.metadata.name !== tenant.metadata.name &&
      other.spec.tenantId === tenant.spec.tenantId &&
      age(other) < age(tenant),
  );
}

function judgeTenant(tenant: Tenant, world: Pick<World, "tenants" | "gateways">): Verdict {
  const rival = findRival(tenant, world.tenants.list());
  if (rival) {
    const message = `tenantId ${tenant.spec.tenantId} belongs to tenant ${rival.metadata.name}; take another`;
    return { accepted: false, reason: "TenantIdInUse", message };
  }
  for (const { name, gateway, edgePort } of tenant.spec.attachments) {
    const found = world.gateways.list().find((g) => g.metadata.name === gateway);
    if (!found) {
      const message = `attachment ${name}: there is no gateway ${gateway}`;
      return { accepted: false, reason: "UnknownGateway", message };
    }
    if (!found.spec.edgePorts.some((p) => p.name === edgePort)) {
      const message = `attachment ${name}: gateway ${gateway} has no edge port ${edgePort}`;
      return { accepted: false, reason: "UnknownEdgePort", message };
    }
  }
  return { accepted: true, reason: "Accepted", message: "all names resolve" };
}

/** A server that can't be reached is left out; the tenant's chains go on without it. */
function findLostServer({ spec }: Tenant): string | undefined {
  for (const attachment of spec.attachments) {
    const [fault] = judgeServers(attachment).faults;
    if (fault) return `attachment ${attachment.name}: ${fault.message}; it gets no packets`;
  }
  return;
}

/** An attachment that no gateway can carry is left out: views that use it are refused, others go on. */
function findLostAttachment({ spec }: Tenant): string | undefined {
  for (const attachment of spec.attachments) {
    const fault = judgeAttachment(attachment);
    if (fault) return `attachment ${attachment.name}: ${fault}; it is left out until then`;
  }
  return;
}

function judgeReady(tenant: Tenant, { accepted, reason, message }: Verdict): NewCondition {
  const { name, generation = 0 } = tenant.metadata;
  const lost = findLostServer(tenant);
  if (!accepted) return condition("Ready", false, reason, message, generation);
  if (lost !== undefined) return condition("Ready", false, "InvalidServer", lost, generation);
  const lostAttachment = findLostAttachment(tenant);
  if (lostAttachment !== undefined)
    return condition("Ready", false, "InvalidAttachment", lostAttachment, generation);
  return condition("Ready", true, "Ready", `namespace ${tenantNamespace(name)} is there`, generation);
}

export function tenantReconciler(client: KubernetesClient, world: World) {
  return async (name: string): Promise<undefined> => {
    const tenant = world.tenants.get(name);
    if (!tenant || tenant.metadata.deletionTimestamp !== undefined) return;
    await ignore(isAlreadyExists, client.create(namespaces, namespaceOf(tenant)));
    const { accepted, reason, message } = judgeTenant(tenant, world);
    const generation = tenant.metadata.generation ?? 0;
    const ready = judgeReady(tenant, { accepted, reason, message });
    const conditions = [condition("Accepted", accepted, reason, message, generation), ready];
    await writeStatus(client, tenants, tenant, {}, conditions);
  };
}

function namespaceOf(tenant: Tenant): Namespace {
  const { name, uid = "" } = tenant.metadata;
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: tenantNamespace(name),
      labels: { [labels.tenant]: name },
      ownerReferences: [
        { apiVersion: tenant.apiVersion, kind: tenant.kind, name, uid, blockOwnerDeletion: true },
      ],
    },
  };
}
