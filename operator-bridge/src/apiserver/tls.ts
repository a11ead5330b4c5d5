// SPDX-License-Identifier: Apache-2.0
// A certificate authority of this installation and the server's certificate, made with openssl at first start.
import { execFile } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdir, readFile, rename } from "node:fs/promises";
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

interface Pair {
  key: string;
  cert: string;
}

/** Makes a key and its certificate. Readers see both old or both new, or (after a crash) a pair that does not match. */
async function makePair({ key, cert }: Pair, args: string[]): Promise<void> {
  await openssl("req", "-x509", ...newKey, "-keyout", `${key}.new`, "-out", `${cert}.new`, ...args);
  await chmod(`${key}.new`, 0o600);
  await rename(`${key}.new`, key);
  await rename(`${cert}.new`, cert);
}

/** The certificate of a pair that is whole and has time left; undefined when it must be made anew. */
async function usable({ key, cert }: Pair): Promise<X509Certificate | undefined> {
  try {
    const certificate = new X509Certificate(await readFile(cert));
    const matches = certificate.checkPrivateKey(createPrivateKey(await readFile(key)));
    return matches && Date.parse(certificate.validTo) - Date.now() > renewBeforeMs ? certificate : undefined;
  } catch {
    return undefined;
  }
}

async function isServerUsable(server: Pair, ca: Pair, host: string): Promise<boolean> {
  const [cert, authority] = [await usable(server), await usable(ca)];
  if (!cert || !authority) return false;
  const named = isIP(host) ? cert.checkIP(host) : cert.checkHost(host);
  return named !== undefined && cert.verify(authority.publicKey);
}

async function makeAuthority(ca: Pair): Promise<void> {
  await makePair(ca, [
    ...["-days", caDays, "-subj", "/CN=nfaas-kubernetes-ca"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  ]);
}

async function makeServer(server: Pair, ca: Pair, host: string): Promise<void> {
  const hostName = isIP(host) ? `IP:${host}` : `DNS:${host}`;
  await makePair(server, [
    ...["-CA", ca.cert, "-CAkey", ca.key, "-days", serverDays, "-subj", "/CN=nfaas-kubernetes"],
    ...["-addext", `subjectAltName=${hostName},IP:127.0.0.1,DNS:localhost,DNS:kubernetes`],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"],
  ]);
}

/** The certificates in `folder`, made there when missing, near their end or for another host. */
export async function ensureCertificates(folder: string, host: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pair = (name: string): Pair => ({
    key: join(folder, `${name}.key`),
    cert: join(folder, `${name}.crt`),
  });
  const [ca, server] = [pair("ca"), pair("server")];
  if (!(await usable(ca))) await makeAuthority(ca);
  if (!(await isServerUsable(server, ca, host))) await makeServer(server, ca, host);
  const [caPem, certPem, keyPem] = await Promise.all([
    readFile(ca.cert, "utf8"),
    readFile(server.cert, "utf8"),
    readFile(server.key, "utf8"),
  ]);
  return { caPem, certPem, keyPem };
}
