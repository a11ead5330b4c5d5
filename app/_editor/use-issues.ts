// SPDX-License-Identifier: Apache-2.0
"use client";
import { type ChainGraph, type Issue, validateGraph } from "@nfaas/domain";
import { useDeferredValue, useMemo } from "react";
import { type EditorCatalogue, graphContext } from "./catalogue.ts";

/** What is wrong with the graph, as it is drawn; big graphs are checked when the browser has time. */
export function useIssues(graph: ChainGraph, catalogue: EditorCatalogue): Issue[] {
  const checked = useDeferredValue(graph);
  const context = useMemo(() => graphContext(catalogue), [catalogue]);
  return useMemo(() => validateGraph(checked, context), [checked, context]);
}
