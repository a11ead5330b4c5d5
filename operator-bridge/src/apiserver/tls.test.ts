// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ensureCertificates } from "./tls.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nfaas-tls-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("makes a server certificate for the host, signed by an authority, with keys nobody else can read", async () => {
  const { caPem, certPem } = await ensureCertificates(folder, "127.0.0.1");
  const [ca, cert] = [new X509Certificate(caPem), new X509Certificate(certPem)];
  expect(ca.ca).toBe(true);
  expect(cert.ca).toBe(false);
  expect(cert.verify(ca.publicKey)).toBe(true);
  expect(cert.checkIP("127.0.0.1")).toBe("127.0.0.1");
  for (const key of ["ca.key", "server.key"]) expect((await stat(join(folder, key))).mode & 0o077).toBe(0);
});

it("keeps what it has made, so that kubeconfigs stay valid", async () => {
  const first = await ensureCertificates(folder, "127.0.0.1");
  expect(await ensureCertificates(folder, "127.0.0.1")).toEqual(first);
});

it("makes a new server certificate for another host under the same authority", async () => {
  const first = await ensureCertificates(folder, "127.0.0.1");
  const second = await ensureCertificates(folder, "api.example.com");
  expect(second.caPem).toBe(first.caPem);
  expect(new X509Certificate(second.certPem).checkHost("api.example.com")).toBe("api.example.com");
});

it("mends a key that does not belong to its certificate, as a crash could leave it", async () => {
  await ensureCertificates(folder, "127.0.0.1");
  const { keyPem: foreign } = await ensureCertificates(join(folder, "other"), "127.0.0.1");
  await writeFile(join(folder, "server.key"), foreign);
  const { caPem, certPem, keyPem } = await ensureCertificates(folder, "127.0.0.1");
  expect(keyPem).not.toBe(foreign);
  expect(new X509Certificate(certPem).verify(new X509Certificate(caPem).publicKey)).toBe(true);
});
