// SPDX-License-Identifier: Apache-2.0
// A certificate authority of this installation and the server's certificate, made with openssl at first start.
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Certificates {
  caPem: string;
  certPem: string;
  keyPem: string;
}

const caDays = "3650";
const serverDays = "825";
/** A server certificate is made anew when less than this is left. */
const renewBeforeMs = 30 * 24 * 3_600_000;

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

async function openssl(...args: string[]): Promise<void> {
  await run("openssl", args, { env: { ...process.env, OPENSSL_CONF: "/dev/null" } }).catch((error) => {
    throw new Error(`openssl failed (is it installed?): ${error.stderr || error.message}`);
  });
}

/** Files appear whole or not at all: written aside, then renamed, the certificate last. */
async function makePair(key: string, cert: string, args: string[]): Promise<void> {
  const previousMask = process.umask(0o077);
  try {
    await openssl("req", "-x509", ...newKey, "-keyout", `${key}.new`, "-out", `${cert}.new`, ...args);
  } finally {
    process.umask(previousMask);
  }
  await rename(`${key}.new`, key);
  await rename(`${cert}.new`, cert);
}

async function isUsable(certPath: string, caPath: string, host: string): Promise<boolean> {
  try {
    const cert = new X509Certificate(await readFile(certPath));
    const ca = new X509Certificate(await readFile(caPath));
    const named = isIP(host) ? cert.checkIP(host) : cert.checkHost(host);
    return (
      named !== undefined &&
      cert.verify(ca.publicKey) &&
      Date.parse(cert.validTo) - Date.now() > renewBeforeMs
    );
  } catch {
    return false;
  }
}

/** The certificates in `folder`, made there when missing, near their end or for another host. */
export async function ensureCertificates(folder: string, host: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = (name: string) => join(folder, name);
  const [caKey, caCert, key, cert] = ["ca.key", "ca.crt", "server.key", "server.crt"].map(path) as [
    string,
    string,
    string,
    string,
  ];
  if (!(await isAuthority(caCert, caKey))) {
    await rm(cert, { force: true });
    const extensions = [
      "-addext",
      "basicConstraints=critical,CA:TRUE",
      "-addext",
      "keyUsage=critical,keyCertSign,cRLSign",
    ];
    await makePair(caKey, caCert, ["-days", caDays, "-subj", "/CN=nfaas-kubernetes-ca", ...extensions]);
  }
  if (!(await isUsable(cert, caCert, host))) {
    const hostName = isIP(host) ? `IP:${host}` : `DNS:${host}`;
    const names = `subjectAltName=${hostName},IP:127.0.0.1,DNS:localhost,DNS:kubernetes`;
    const extensions = [
      "-addext",
      names,
      "-addext",
      "basicConstraints=critical,CA:FALSE",
      "-addext",
      "extendedKeyUsage=serverAuth",
    ];
    await makePair(key, cert, [
      "-CA",
      caCert,
      "-CAkey",
      caKey,
      "-days",
      serverDays,
      "-subj",
      "/CN=nfaas-kubernetes",
      ...extensions,
    ]);
  }
  const [caPem, certPem, keyPem] = await Promise.all(
    [caCert, cert, key].map((file) => readFile(file, "utf8")),
  );
  return { caPem: caPem!, certPem: certPem!, keyPem: keyPem! };
}

async function isAuthority(certPath: string, keyPath: string): Promise<boolean> {
  try {
    await readFile(keyPath);
    const ca = new X509Certificate(await readFile(certPath));
    return ca.ca && Date.parse(ca.validTo) - Date.now() > renewBeforeMs;
  } catch {
    return false;
  }
}
