// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { namePattern } from "../graph.ts";
import { copyNodes, pasteClip } from "./clipboard.ts";
import { applyCommand } from "./command.ts";
import { newEdge, newNode, nextPosition } from "./create.ts";
import { layoutGraph, nodeSize } from "./layout.ts";
import { freeName, toName } from "./naming.ts";
import { edge, graph } from "./testing.ts";

describe("clipboard", () => {
  const chain = graph("a>b b>c");

  test("a copy takes the edges among the chosen nodes only", () => {
    expect(copyNodes(chain, ["a", "b"])?.edges).toEqual([edge("a", "b")]);
    expect(copyNodes(chain, ["unknown"])).toBeNull();
  });

  test("a paste gives free names, joins the copies and shares no config with the originals", () => {
    const paste = pasteClip(chain, copyNodes(chain, ["a", "b"])!);
    const after = applyCommand(chain, paste.command)!.graph;
    expect(paste.nodes).toEqual(["a-2", "b-2"]);
    expect(after.edges.at(-1)).toMatchObject({ from: "a-2", to: "b-2" });
    expect(after.nodes.at(-1)).toMatchObject({ position: { x: 40, y: 40 } });
    const [original, copy] = [after.nodes[0], after.nodes[3]];
    expect(
      original?.kind === "function" && copy?.kind === "function" && original.config !== copy.config,
    ).toBe(true);
  });

  test("pasting twice never collides", () => {
    const clip = copyNodes(chain, ["a", "b", "c"])!;
    const once = applyCommand(chain, pasteClip(chain, clip).command)!.graph;
    const twice = applyCommand(once, pasteClip(once, clip).command)!.graph;
    expect(new Set(twice.nodes.map(({ name }) => name)).size).toBe(9);
    expect(new Set(twice.edges.map(({ name }) => name)).size).toBe(6);
  });
});

describe("names", () => {
  test.each([
    ["My Firewall!", "my-firewall"],
    ["--Größe--", "gro-e"],
    ["", "item"],
    ["x".repeat(80), "x".repeat(63)],
  ])("%j becomes the label %j", (text, name) => {
    expect(toName(text)).toBe(name);
    expect(name).toMatch(namePattern);
  });

  test("a taken name counts up and stays within 63 characters", () => {
    const long = "x".repeat(63);
    expect(freeName("fw", ["fw", "fw-2"])).toBe("fw-3");
    expect(freeName("fw-2", ["fw", "fw-2"])).toBe("fw-3");
    expect(freeName(long, [long])).toHaveLength(63);
    expect(freeName(long, [long])).toMatch(namePattern);
  });
});

describe("creation", () => {
  test("a new node has a free name and a config of its own", () => {
    const first = newNode({ nodes: [], edges: [] }, { kind: "function", name: "firewall" }, { x: 0, y: 0 });
    const second = newNode(
      { nodes: [first], edges: [] },
      { kind: "function", name: "firewall" },
      { x: 0, y: 0 },
    );
    expect([first.name, second.name]).toEqual(["firewall", "firewall-2"]);
    expect(first.kind === "function" && second.kind === "function" && first.config !== second.config).toBe(
      true,
    );
  });

  test("there is no edge onto itself, to nobody, or twice", () => {
    const chain = graph("a>b");
    expect(newEdge(chain, "a", "a")).toBeNull();
    expect(newEdge(chain, "a", "z")).toBeNull();
    expect(newEdge(chain, "a", "b")).toBeNull();
    expect(newEdge(chain, "b", "a")).toMatchObject({ from: "b", to: "a" });
  });

  test("a node added by keyboard lies beside the others, never on them", () => {
    const chain = graph("a>b");
    expect(nextPosition(chain).x).toBeGreaterThanOrEqual(nodeSize.width);
  });
});

describe("layout", () => {
  test("every edge leads to the right, and no two nodes overlap", () => {
    const chain = graph("in>fw in>ids fw>out ids>out in>out fw>web web>out");
    const at = layoutGraph(chain);
    for (const { from, to } of chain.edges) expect(at[to]!.x).toBeGreaterThan(at[from]!.x);
    const places = Object.values(at);
    for (const [index, a] of places.entries()) {
      for (const b of places.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= nodeSize.width || Math.abs(a.y - b.y) >= nodeSize.height).toBe(true);
      }
    }
  });

  test("two parallel ways don't cross", () => {
    const at = layoutGraph(graph("in>a in>b b>y a>x x>out y>out"));
    expect(Math.sign(at.a!.y - at.b!.y)).toBe(Math.sign(at.x!.y - at.y!.y));
  });

  test("a loop, a dangling edge and a self-loop still get a picture", () => {
    const at = layoutGraph({
      ...graph("a>b b>c c>a"),
      edges: [...graph("a>b b>c c>a").edges, edge("a", "a"), edge("b", "gone")],
    });
    expect(Object.keys(at).sort()).toEqual(["a", "b", "c"]);
  });

  test("a path of 300 nodes doesn't exhaust the stack and keeps its order", () => {
    const names = Array.from({ length: 300 }, (_, index) => `n${index}`);
    const at = layoutGraph(
      graph(
        names
          .slice(1)
          .map((name, index) => `${names[index]}>${name}`)
          .join(" "),
      ),
    );
    expect(at.n299!.x).toBeGreaterThan(at.n298!.x);
  });
});
