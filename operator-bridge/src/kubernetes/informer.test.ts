// SPDX-License-Identifier: Apache-2.0
import http from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../test/support/eventually.ts";
import { KubernetesClient } from "./client.ts";
import { Informer } from "./informer.ts";
import { leases } from "./resources.ts";

const lease = (name: string, resourceVersion: string) => ({
  metadata: { name, namespace: "default", resourceVersion },
  spec: {},
});

/** Says over HTTP whatever a test wants an API server to say. */
class Script {
  items: ReturnType<typeof lease>[] = [];
  resourceVersion = "1";
  lists = 0;
  readonly watches: { from: string; response: http.ServerResponse }[] = [];
  /** How to answer the next watch; the default leaves it open. */
  onWatch: (response: http.ServerResponse) => void = (response) => response.flushHeaders();

  readonly server = http.createServer((request, response) => {
    const query = new URL(request.url ?? "", "http://api").searchParams;
    if (query.get("watch") !== "true") {
      this.lists += 1;
      response.end(
        JSON.stringify({ metadata: { resourceVersion: this.resourceVersion }, items: this.items }),
      );
      return;
    }
    this.watches.push({ from: query.get("resourceVersion") ?? "", response });
    this.onWatch(response);
  });

  send(type: string, object: object): void {
    this.watches.at(-1)?.response.write(`${JSON.stringify({ type, object })}\n`);
  }
}

describe("an informer", () => {
  let script: Script;
  let client: KubernetesClient;
  let stopping: AbortController;
  let running: Promise<void>;
  let names: () => string[];
  let changes: string[];

  beforeEach(async () => {
    script = new Script();
    await new Promise<void>((resolve) => script.server.listen(0, "127.0.0.1", resolve));
    const config = new KubeConfig();
    const server = `http://127.0.0.1:${(script.server.address() as AddressInfo).port}`;
    config.loadFromClusterAndUser({ name: "test", server, skipTLSVerify: true }, { name: "test" });
    client = new KubernetesClient(config);
    stopping = new AbortController();
    changes = [];
  });
  afterEach(async () => {
    stopping.abort();
    await running;
    client.close();
    script.server.closeAllConnections();
    await new Promise((resolve) => script.server.close(resolve));
  });

  const start = async () => {
    const made = new Informer(client, leases);
    made.onChange(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
    names = () => made.list().map((l) => l.metadata.name);
    running = made.run(stopping.signal);
    await made.whenSynced();
    await eventually("it watches", () => script.watches.length > 0);
  };

  it("holds what was listed, then follows the watch", async () => {
    script.items = [lease("a", "1")];
    await start();
    script.send("ADDED", lease("b", "2"));
    script.send("MODIFIED", lease("a", "3"));
    script.send("DELETED", lease("b", "4"));
    await eventually("all of it", () => changes.length === 4);
    expect(changes).toEqual(["added a", "added b", "modified a", "deleted b"]);
    expect(names()).toEqual(["a"]);
  });

  it("goes on from the last version it saw when the connection breaks", async () => {
    await start();
    script.send("ADDED", lease("a", "7"));
    await eventually("the event", () => names().includes("a"));
    script.watches.at(-1)?.response.destroy();
    await eventually("another watch", () => script.watches.length === 2);
    expect(script.watches[1]?.from).toBe("7");
    expect(script.lists).toBe(1);
  });

  it("moves on with bookmarks", async () => {
    await start();
    script.send("BOOKMARK", { metadata: { resourceVersion: "99" } });
    script.watches.at(-1)?.response.end();
    await eventually("another watch", () => script.watches.length === 2);
    expect(script.watches[1]?.from).toBe("99");
    expect(names()).toEqual([]);
  });

  it("lists again when its version is too old, and notices what was deleted meanwhile", async () => {
    script.items = [lease("a", "1"), lease("b", "1")];
    await start();
    script.items = [lease("b", "1"), lease("c", "9")];
    script.resourceVersion = "9";
    script.send("ERROR", { kind: "Status", code: 410, message: "too old" });
    await eventually("the list again", () => script.watches.length === 2);
    expect(names().sort()).toEqual(["b", "c"]);
    expect(changes).toEqual(["added a", "added b", "deleted a", "added c"]);
    expect(script.watches[1]?.from).toBe("9");
  });
});
