// SPDX-License-Identifier: Apache-2.0
// Kubernetes Events: what `kubectl describe` shows below an object. Best effort: an Event that fails is logged.
import { createHash } from "node:crypto";
import type { Logger } from "../log.ts";
import type { KubernetesClient } from "./client.ts";
import { timestamp } from "./conditions.ts";
import type { Event } from "./core.ts";
import { isAlreadyExists, messageOf } from "./errors.ts";
import { events, type KubernetesObject } from "./resources.ts";

export class EventRecorder {
  constructor(
    readonly client: KubernetesClient,
    readonly component: string,
    readonly instance: string,
    readonly logger: Logger,
  ) {}

  /** The same words about the same object are one Event with a count. Objects at cluster scope speak in "default". */
  async record(
    object: KubernetesObject,
    type: Event["type"],
    reason: string,
    message: string,
  ): Promise<void> {
    const event = this.#event(object, type, reason, message);
    try {
      await this.client.create(events, event);
    } catch (error) {
      if (isAlreadyExists(error)) await this.#repeat(event);
      else this.logger.warn("event not recorded", { reason, error: messageOf(error) });
    }
  }

  async #repeat(event: Event): Promise<void> {
    try {
      const { count } = await this.client.get(events, event.metadata);
      await this.client.patch(events, event.metadata, {
        count: count + 1,
        lastTimestamp: event.lastTimestamp,
      });
    } catch (error) {
      this.logger.warn("event not counted", { reason: event.reason, error: messageOf(error) });
    }
  }

  #event(object: KubernetesObject, type: Event["type"], reason: string, message: string): Event {
    const { name, namespace, uid } = object.metadata;
    const digest = createHash("sha256")
      .update(`${uid}\0${type}\0${reason}\0${message}`)
      .digest("hex")
      .slice(0, 16);
    const now = timestamp(new Date());
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: `${name}.${digest}`, namespace: namespace ?? "default" },
      involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid },
      type,
      reason,
      message: message.slice(0, 1024),
      source: { component: this.component },
      reportingComponent: this.component,
      reportingInstance: this.instance,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
    };
  }
}
