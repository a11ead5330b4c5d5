// SPDX-License-Identifier: Apache-2.0
// Functions configured in their panels, each held to what real packets then do.
import type { ChainGraph, ChainNode } from "@nfaas/domain";
import { type Lab, serverAddress } from "@nfaas/lab";
import type { TestChain } from "../harness/chain.ts";
import { EditorPage } from "../harness/editor.ts";
import { inspect } from "../harness/inspect.ts";
import { SteadyPing } from "../harness/steady-traffic.ts";
import { expect, test } from "../harness/test.ts";

const attachment = (name: string, x: number, y = 0): ChainNode => ({
  kind: "attachment",
  name,
  attachment: name,
  position: { x, y },
});

/** client → function → server, with other nodes and edges beside; the function has no configuration yet. */
const around = (name: string, nodes: ChainNode[] = [], edges: [string, string][] = []): ChainGraph => ({
  nodes: [
    attachment("client", 0),
    { kind: "function", name, function: name, config: {}, position: { x: 320, y: 0 } },
    attachment("server", 640),
    ...nodes,
  ],
  edges: [["client", name] as const, [name, "server"] as const, ...edges].map(([from, to]) => ({
    name: `${from}-${to}`,
    from,
    to,
  })),
});

/** Saves the drawing, has `configure` complete it in the panel, looks at it, and publishes. */
async function publishConfigured(
  editor: EditorPage,
  chain: TestChain,
  graph: ChainGraph,
  node: string,
  configure: () => Promise<void>,
): Promise<void> {
  const before = await chain.save(graph);
  await editor.open("web", node);
  await configure();
  await expect(editor.page.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
  await inspect(editor.page, `panel-${node}`);
  await editor.publish(node);
  await editor.waitLive(before + 1);
}

const curl = async (lab: Lab, ...args: string[]): Promise<string> =>
  (await lab.exec("acme", "client", ["curl", "-sS", "-m", "5", "-w", "%{http_code}", ...args])).stdout;
const site = `http://${serverAddress}/`;

test("a NAT shows hosts to the server by the public address drawn in its panel", async ({
  lab,
  page,
  acmeChain,
}) => {
  await publishConfigured(new EditorPage(page), acmeChain, around("nat"), "nat", async () => {
    await page.getByLabel("Public addresses").fill("192.0.2.8/32");
    await page.getByLabel("Public addresses").press("Enter");
  });
  await expect.poll(() => curl(lab, site)).toBe("hello from acme to 192.0.2.8\n200");
  expect((await lab.ping("acme")).received).toBe(3);
});

test("a mirror's tap gets copies, cut as its panel says, and the originals lose nothing", async ({
  lab,
  page,
  acmeChain,
}) => {
  const graph = around("mirror", [attachment("tap", 640, 200)], [["mirror", "tap"]]);
  const editor = new EditorPage(page);
  await publishConfigured(editor, acmeChain, graph, "mirror", async () => {
    await editor.setOutput("mirror", "tap", "copy");
    await page.getByLabel("Bytes of each packet").fill("40");
  });
  const ping = new SteadyPing(lab, "acme", 0.05);
  const fields = ["ip.src", "ip.dst", "frame.len"].flatMap((field) => ["-e", field]);
  const sniff = ["tshark", "-l", "-i", "eth0", "-c", "6", "-a", "duration:30", "-f", "icmp", "-T", "fields"];
  const { stdout } = await lab.exec("acme", "tap", [...sniff, ...fields], 60_000);
  const { sent, received } = await ping.stop();
  const copies = new Set(stdout.trim().split("\n"));
  // 14 bytes of Ethernet before the 40 of the packet; a mirror copies both directions.
  expect(copies).toEqual(new Set(["10.0.1.10\t10.0.2.10\t54", "10.0.2.10\t10.0.1.10\t54"]));
  expect(received, `of ${sent} pings`).toBe(sent);
});

test("a web gateway refuses a site of its list with a page, and lets others pass", async ({
  lab,
  page,
  acmeChain,
}) => {
  await publishConfigured(new EditorPage(page), acmeChain, around("web-gateway"), "web-gateway", async () => {
    await page.getByRole("button", { name: "Add list" }).click();
    await page.getByLabel("Domains of list list-1").fill("bad.example\n*.bad.example");
    await page.getByLabel("Name of list 1").click(); // leaves the field
  });
  await expect
    .poll(() => curl(lab, "-H", "Host: good.example", site))
    .toMatch(/^hello from acme to .*\n200$/);
  for (const name of ["bad.example", "www.bad.example"]) {
    expect(await curl(lab, "-H", `Host: ${name}`, site)).toMatch(/This site is blocked[\s\S]*403$/);
  }
});

test("a classifier's class takes its packets along its own edge, the rest go on", async ({
  lab,
  page,
  acmeChain,
}) => {
  const quarantine: ChainNode = {
    kind: "function",
    name: "quarantine",
    function: "firewall",
    config: { rules: [], defaultAction: "deny" },
    position: { x: 480, y: 200 },
  };
  const edges: [string, string][] = [
    ["classifier", "quarantine"],
    ["quarantine", "server"],
  ];
  const editor = new EditorPage(page);
  await publishConfigured(
    editor,
    acmeChain,
    around("classifier", [quarantine], edges),
    "classifier",
    async () => {
      await page.getByRole("button", { name: "Add class", exact: true }).click();
      await page.getByLabel("Name of class 1").fill("old-web");
      const card = page.getByRole("list", { name: "Classes of classifier" }).getByRole("listitem");
      await card.getByLabel("Protocol").selectOption("tcp");
      await card.getByLabel("Destination ports").fill("81");
      await editor.setOutput("classifier", "quarantine", "old-web");
    },
  );
  await expect.poll(() => curl(lab, site)).toMatch(/200$/);
  expect((await lab.ping("acme")).received).toBe(3);
  expect((await lab.http("acme", 81)).status, "its class ends in a firewall that denies all").toBe(0);
});
