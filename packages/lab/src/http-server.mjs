// SPDX-License-Identifier: Apache-2.0
// @ts-check
// A lab server's web service; plain JavaScript so that a host costs no TypeScript loader.
// usage: http-server.mjs TENANT PORT...
import { createServer } from "node:http";

const [tenant, ...ports] = process.argv.slice(2);

for (const port of ports) {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/plain");
    response.end(`hello from ${tenant} to ${request.socket.remoteAddress?.replace("::ffff:", "")}\n`);
  });
  server.listen(Number(port));
}
