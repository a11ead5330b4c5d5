// SPDX-License-Identifier: Apache-2.0
// An operator's client that dies at a write, before it or just after it.
import type { KubeConfig } from "@kubernetes/client-node";
import { KubernetesClient } from "../../src/kubernetes/client.ts";
import type { KubernetesObject } from "../../src/kubernetes/resources.ts";

export type When = "before" | "after";

/** Works until its n-th write, then never again. */
export class DyingClient extends KubernetesClient {
  #left: number;
  readonly #when: When;
  readonly #onDeath: () => void;
  dead = false;

  constructor(config: KubeConfig, writes: number, when: When, onDeath: () => void) {
    super(config);
    this.#left = writes;
    this.#when = when;
    this.#onDeath = onDeath;
  }

  async #write<T>(perform: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Error("dead");
    this.#left -= 1;
    if (this.#left > 0) return perform();
    this.dead = true;
    this.#onDeath();
    if (this.#when === "after") await perform();
    throw new Error("died");
  }

  override create<T extends KubernetesObject>(...args: Parameters<KubernetesClient["create"]>): Promise<T> {
    return this.#write(() => super.create(...args)) as Promise<T>;
  }
  override replace<T extends KubernetesObject>(...args: Parameters<KubernetesClient["replace"]>): Promise<T> {
    return this.#write(() => super.replace(...args)) as Promise<T>;
  }
  override replaceStatus<T extends KubernetesObject>(
    ...args: Parameters<KubernetesClient["replaceStatus"]>
  ): Promise<T> {
    return this.#write(() => super.replaceStatus(...args)) as Promise<T>;
  }
  override patch<T extends KubernetesObject>(...args: Parameters<KubernetesClient["patch"]>): Promise<T> {
    return this.#write(() => super.patch(...args)) as Promise<T>;
  }
  override delete(...args: Parameters<KubernetesClient["delete"]>): Promise<void> {
    return this.#write(() => super.delete(...args));
  }
}
