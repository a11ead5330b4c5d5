// SPDX-License-Identifier: Apache-2.0
"use client";
import { createContext, type ReactNode, use } from "react";
import { edgeKey, type TracedPath } from "./traced-path.ts";

const TracedContext = createContext<TracedPath | null>(null);

/** Gives the way of the packet that is being looked at to the drawing below. */
export const Traced = ({ path, children }: { path: TracedPath | null; children: ReactNode }) => (
  <TracedContext value={path}>{children}</TracedContext>
);

export const useTracedNode = (name: string): "passed" | "dropped" | null =>
  use(TracedContext)?.nodes.get(name) ?? null;

export const useTracedEdge = (from: string, to: string): boolean =>
  use(TracedContext)?.edges.has(edgeKey(from, to)) ?? false;
