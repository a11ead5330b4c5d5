// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { request } from "./client.ts";
import { targets } from "./fixtures.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";
const configMap = (name: string, value: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data: { value },
});

describe.each(targets)("the protocol of the $name API", (target) => {
  const send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    request(target, method, path, body, headers);

  it("lets a wrong token see nothing", async () => {
    const { code, body } = await request({ ...target, token: "wrong" }, "GET", configMaps);
    // The real server goes on as an anonymous user, who may not see this.
    expect(code).toBe(target.name === "embedded" ? 401 : 403);
    expect(body).toMatchObject({ kind: "Status", status: "Failure" });
  });

  it("says that it lives and is ready, and which version it is", async () => {
    expect(await send("GET", "/livez")).toMatchObject({ code: 200, body: "ok" });
    expect(await send("GET", "/readyz")).toMatchObject({ code: 200, body: "ok" });
    expect((await send("GET", "/version")).body).toMatchObject({ major: "1" });
  });

  it("answers 404 to paths it does not serve", async () => {
    for (const path of ["/nope", "/apis/no.such.group/v1", "/api/v2", "/api/v1/nothings", "/apis/apps"])
      if (path !== "/apis/apps" || target.name === "embedded")
        expect((await send("GET", path)).code).toBe(404);
  });

  it("refuses a body above 3 MiB and goes on serving", async () => {
    const large = configMap("large", "x".repeat(4 * 1024 * 1024));
    const answer = await send("POST", configMaps, large).catch((error) => error.code);
    // A server may close the connection while the client still sends.
    if (typeof answer === "object") expect(answer).toMatchObject({ code: 413, body: { kind: "Status" } });
    else expect(["EPIPE", "ECONNRESET"]).toContain(answer);
    expect((await send("GET", "/readyz")).code).toBe(200);
  });

  it("takes YAML as well as JSON", async () => {
    const name = `yaml-${Date.now()}`;
    const yaml = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  value: "1"\n`;
    const answer = await send("POST", configMaps, yaml, { "content-type": "application/yaml" });
    expect(answer).toMatchObject({ code: 201, body: { data: { value: "1" } } });
    expect((await send("POST", configMaps, yaml, { "content-type": "text/html" })).code).toBe(415);
  });

  it("survives what is no protobuf", async () => {
    const headers = { "content-type": "application/vnd.kubernetes.protobuf" };
    for (const body of ["", "x", "k8s\0", "k8s\0\x12\x7f\x01", `k8s\0${"\xff".repeat(64)}`]) {
      const { code } = await send("POST", configMaps, body, headers);
      expect(code).toBeGreaterThanOrEqual(400);
      expect(code).toBeLessThan(500);
    }
  });

  it("survives a body nested beyond reason, and names that mean something to JavaScript", async () => {
    const deep = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"deep"},"data":${"[".repeat(50_000)}${"]".repeat(50_000)}}`;
    const refused = await send("POST", configMaps, deep);
    expect(refused.code).toBeGreaterThanOrEqual(400);
    expect(refused.code).toBeLessThan(500);
    const name = `names-${Date.now()}`;
    const data = { constructor: "1", toString: "2" };
    expect((await send("POST", configMaps, { ...configMap(name, "x"), data })).body.data).toEqual(data);
    const selected = await send("GET", `${configMaps}?labelSelector=constructor`);
    expect(selected.body.items).toEqual([]);
  });

  it("stores half a surrogate pair without harm to itself or to others", async () => {
    const name = `half-${Date.now()}`;
    const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"data":{"value":"\\ud83d"}}`;
    expect((await send("POST", configMaps, body)).code).toBe(201);
    expect((await send("GET", `${configMaps}/${name}`)).code).toBe(200);
  });

  it("gives back what it was given, whatever characters are in it", async () => {
    const value = '\u0000 \u2028 ü 💥 " \\ \n';
    const name = `text-${Date.now()}`;
    await send("POST", configMaps, configMap(name, value));
    expect((await send("GET", `${configMaps}/${name}`)).body.data.value).toBe(value);
  });

  it("lists its groups, versions and resources", async () => {
    expect((await send("GET", "/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    const groups = (await send("GET", "/apis")).body.groups.map((group: { name: string }) => group.name);
    expect(groups).toEqual(expect.arrayContaining(["apiextensions.k8s.io", "coordination.k8s.io"]));
    const { resources } = (await send("GET", "/api/v1")).body;
    expect(resources).toContainEqual(
      expect.objectContaining({ name: "pods", kind: "Pod", namespaced: true, shortNames: ["po"] }),
    );
  });
});
