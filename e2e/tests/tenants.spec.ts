// SPDX-License-Identifier: Apache-2.0
import { ConsoleApi, lineGraph, usualRules } from "../harness/console-api.ts";
import { expect, test } from "../harness/test.ts";

test("a user of globex sees nothing of acme's, not even that it is there", async ({
  nfaas,
  browser,
  signInAs,
  acmeChain,
}) => {
  await acmeChain.publishAndWait(lineGraph(usualRules));

  const other = await browser.newPage({ baseURL: nfaas.url });
  await signInAs("gina@globex.example", other);
  const api = new ConsoleApi(other.request, nfaas.url);
  await expect(api.query("chains", "list", { tenant: "acme" })).rejects.toMatchObject({ status: 404 });
  await expect(api.query("chains", "get", { tenant: "acme", chain: "web" })).rejects.toMatchObject({
    status: 404,
  });
  await expect(api.mutate("chains", "publish", { tenant: "acme", chain: "web" })).rejects.toMatchObject({
    status: 404,
  });

  await other.goto("/t/acme/chains/web");
  await expect(other.getByText(/not found|does not exist/i).first()).toBeVisible();
  await other.goto("/t/globex/chains");
  await expect(other.getByRole("main")).toBeVisible();
  await expect(other.getByText("acme", { exact: false })).toHaveCount(0);
  await other.close();
});

test("packets of two tenants with the same addresses reach each its own server", async ({
  lab,
  acmeChain,
}) => {
  await acmeChain.publishAndWait(lineGraph(usualRules));
  for (let n = 0; n < 20; n++) {
    const [acme, globex] = await Promise.all([lab.http("acme"), lab.http("globex")]);
    expect(acme).toMatchObject({ status: 200, body: expect.stringContaining("acme") });
    expect(globex).toMatchObject({ status: 200, body: expect.stringContaining("globex") });
  }
});
