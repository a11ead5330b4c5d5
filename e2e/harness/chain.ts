// SPDX-License-Identifier: Apache-2.0
import type { ChainGraph } from "@nfaas/domain";
import { expect } from "@playwright/test";
import { type ConsoleApi, ConsoleApiError } from "./console-api.ts";

/** The chain of the tests in a tenant: drafts, publishes and waits, as the console does for a person. */
export class TestChain {
  constructor(
    private readonly api: ConsoleApi,
    readonly tenant: "acme" | "globex",
    readonly chain = "web",
  ) {}

  get #id() {
    return { tenant: this.tenant, chain: this.chain };
  }

  status() {
    return this.api.query("chains", "status", this.#id);
  }

  async exists(): Promise<boolean> {
    try {
      await this.api.query("chains", "get", this.#id);
      return true;
    } catch (error) {
      if (error instanceof ConsoleApiError && error.status === 404) return false;
      throw error;
    }
  }

  /**
   * Saves the graph as draft, of a chain that is made when there is none. Gives the newest revision's number, or 0. A graph
   * that says nothing of its rollout gets the default, whatever a test before chose.
   */
  async save(drawn: ChainGraph): Promise<number> {
    const graph: ChainGraph = { rollout: { drain: "packets" }, ...drawn };
    if (!(await this.exists())) {
      await this.api.mutate("chains", "create", { ...this.#id, title: "Web" });
    }
    const { draft, published } = await this.api.query("chains", "get", this.#id);
    await this.api.mutate("chains", "saveDraft", { ...this.#id, graph, version: draft.version });
    return published?.number ?? 0;
  }

  /** Saves the graph and publishes it; does not wait. Gives the new revision's number. */
  async publish(graph: ChainGraph): Promise<number> {
    await this.save(graph);
    return (await this.api.mutate("chains", "publish", this.#id)).number;
  }

  /** Deletes the chain, if it is there, and waits until its attachments are free. */
  async remove(): Promise<void> {
    if (!(await this.exists())) return;
    await this.api.mutate("chains", "delete", this.#id);
    await expect.poll(() => this.exists()).toBe(false);
  }

  async waitLive(revision: number, timeout = 20_000): Promise<void> {
    const live = async () => {
      const { liveRevision, steps } = await this.status();
      return liveRevision === revision ? "live" : JSON.stringify(steps);
    };
    await expect.poll(live, { timeout, intervals: [50, 100, 200] }).toBe("live");
  }

  async publishAndWait(graph: ChainGraph): Promise<number> {
    const revision = await this.publish(graph);
    await this.waitLive(revision);
    return revision;
  }

  /** Bytes that the live figures say went into the chain since then, both ways, headers included. */
  async bytesShown(since: number): Promise<number> {
    const points = await this.api.query("live", "history", this.#id);
    const recent = points.filter(({ time }) => time > since);
    return recent.reduce((sum, point) => sum + point.in.bitsPerSecond / 8, 0); // one point a second
  }
}
