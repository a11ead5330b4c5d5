// SPDX-License-Identifier: Apache-2.0
import type { Metadata } from "next";
import { EditorPage } from "../../../../../_editor/editor-page.tsx";

interface ChainPageProps {
  params: Promise<{ tenant: string; chain: string }>;
}

export async function generateMetadata({ params }: ChainPageProps): Promise<Metadata> {
  return { title: (await params).chain };
}

export default async function ChainPage({ params }: ChainPageProps) {
  const { tenant, chain } = await params;
  return <EditorPage key={`${tenant}/${chain}`} tenant={tenant} chain={chain} />;
}
