// SPDX-License-Identifier: Apache-2.0
// Documents and comments name files and folders by as much of the path as tells them apart. What has moved is found here.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args: string[]): string[] =>
  execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);

const files = git("ls-files", "-z", "--cached", "--others", "--exclude-standard");

/** Every run of parts of every path: "docs/adr/README.md", "adr/README.md", "README.md", "docs/adr", "adr", "docs". */
function runsOfPaths(): Set<string> {
  const runs = new Set<string>();
  for (const file of files) {
    const parts = file.split("/");
    for (let from = 0; from < parts.length; from += 1)
      for (let to = from + 1; to <= parts.length; to += 1) runs.add(parts.slice(from, to).join("/"));
  }
  return runs;
}
const runs = runsOfPaths();

const inTree = (path: string): boolean => runs.has(path.replace(/^(\.{1,2}\/)+/, "").replace(/\/$/, ""));
/** Made by a build: not in the tree, but ignored by name. */
function isIgnored(path: string): boolean {
  try {
    return git("check-ignore", path).length > 0;
  } catch {
    return false;
  }
}

const sourceName = /^[\w@./-]+\.(c|h|ts|tsx|sh|py|md|proto|prisma|sql|json|yaml)$/;
const domainName = /^[a-z0-9-]+\.[a-z]+\//;
/** Not what has a place for a name, or is of a running system. */
function isPath(word: string): boolean {
  if (/[<>*$:,{}=]/.test(word) || /^[/.](?!\.?\/)/.test(word) || domainName.test(word)) return false;
  const [top, below] = word.split("/");
  const isBelowTop = below !== undefined && files.some((file) => file.startsWith(`${top}/`));
  return sourceName.test(word) || word.endsWith("/") || isBelowTop;
}

type Named = { path: string; at: string };
const linesOf = (file: string) => readFileSync(join(root, file), "utf8").split("\n");

function namedInDocument(file: string): Named[] {
  return linesOf(file).flatMap((line, index) =>
    [...line.matchAll(/`([^`]+)`/g)]
      .flatMap(([, code]) => code!.split(/\s+/))
      .filter(isPath)
      .map((path) => ({ path, at: `${file}:${index + 1}` })),
  );
}

function namedInComments(file: string): Named[] {
  return linesOf(file).flatMap((line, index) => {
    const comment = /(?:^|\s)(?:\/\/|\/\*+|\*|#)\s(.*)/.exec(line)?.[1] ?? "";
    const names = comment.match(/[\w@./-]+\.(?:c|h|ts|tsx|sh|py|md|proto)\b/g) ?? [];
    return names.filter(isPath).map((path) => ({ path, at: `${file}:${index + 1}` }));
  });
}

const missing = (named: Named[]): string[] =>
  named.filter(({ path }) => !inTree(path) && !isIgnored(path)).map(({ path, at }) => `${at} names ${path}`);

const documents = files.filter((file) => file.endsWith(".md"));
const sources = files.filter(
  (file) => /\.(c|h|ts|tsx|sh|py|proto)$/.test(file) && !/\/generated\//.test(file),
);

it("documents name files and folders that are in the tree", () => {
  const named = documents.flatMap(namedInDocument);
  expect(named.length).toBeGreaterThan(50);
  expect(missing(named)).toEqual([]);
});

it("documents link to files that are in the tree", () => {
  const links = documents.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !target.includes("://"))
      .map((target) => ({ path: normalize(join(dirname(file), target)), at: file })),
  );
  const whole = new Set(files.flatMap((file) => [file, dirname(file)]));
  expect(links.filter(({ path }) => !whole.has(path.replace(/\/$/, "")))).toEqual([]);
});

it("comments name files that are in the tree", () => {
  const named = sources.flatMap(namedInComments);
  expect(named.length).toBeGreaterThan(50);
  expect(missing(named)).toEqual([]);
});
