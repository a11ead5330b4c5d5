// SPDX-License-Identifier: Apache-2.0
// The pods as this node knows them: those of its own better and sooner than the API does.
import { isPodReady, type Pod } from "../kubernetes/core.ts";
import type { ExplainPod } from "./explain/explain.ts";
import type { FlowLogPod } from "./flow-log/flow-log.ts";
import type { NodeObjects } from "./node-objects.ts";
import { type FabricPod, fabricPod } from "./programming/placement.ts";
import type { PodSessions } from "./programming/pod-sessions.ts";

export class KnownPods {
  readonly #node: string;
  readonly #objects: NodeObjects;
  readonly #sessions: PodSessions;

  constructor(node: string, objects: NodeObjects, sessions: PodSessions) {
    this.#node = node;
    this.#objects = objects;
    this.#sessions = sessions;
  }

  /**
   * Whether it takes packets. Of our own pods we know that once we have tried to reach them. Until then the API's word
   * holds: pods that outlived an agent must not leave the pools when the next begins.
   */
  isReady(pod: Pod): boolean {
    if (pod.metadata.deletionTimestamp !== undefined) return false;
    const local = pod.spec.nodeName === this.#node;
    return (local ? this.#sessions.get(pod.metadata.name)?.serving : undefined) ?? isPodReady(pod);
  }

  /** Of all nodes. What those of other nodes have refused, only their own agents know. */
  all(): FabricPod[] {
    return this.#objects.pods
      .list()
      .flatMap((p) => fabricPod(p, this.isReady(p), this.#sessions.get(p.metadata.name)?.refused) ?? []);
  }

  /** Of this node, with their objects. */
  local(): { pod: FabricPod; object: Pod }[] {
    return this.#objects.localPods().flatMap((object) => {
      const pod = fabricPod(object, this.isReady(object));
      return pod ? [{ pod, object }] : [];
    });
  }

  /** Of this node, those that answer. */
  connected(): (ExplainPod & FlowLogPod)[] {
    return this.local().flatMap(({ pod }) => {
      const session = this.#sessions.get(pod.name);
      return session?.connected ? [{ pod: pod.name, isGateway: pod.gateway !== undefined, session }] : [];
    });
  }
}
