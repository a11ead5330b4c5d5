// SPDX-License-Identifier: Apache-2.0
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { list as listAttachments } from "./attachments/list-attachments.ts";
import { list as listAuditEvents } from "./audit/list-events.ts";
import { list as listFunctions } from "./catalogue/list-functions.ts";
import { create } from "./chains/create-chain.ts";
import { remove } from "./chains/delete-chain.ts";
import { discardDraftProcedure } from "./chains/discard-draft.ts";
import { get } from "./chains/get-chain.ts";
import { revision } from "./chains/get-revision.ts";
import { status } from "./chains/get-status.ts";
import { list as listChains } from "./chains/list-chains.ts";
import { enterable } from "./chains/list-enterable.ts";
import { revisions } from "./chains/list-revisions.ts";
import { preview } from "./chains/preview-chain.ts";
import { publish } from "./chains/publish-chain.ts";
import { rollback } from "./chains/roll-back-chain.ts";
import { saveDraftProcedure } from "./chains/save-draft.ts";
import { watchStatus } from "./chains/watch-status.ts";
import { packets as explainPackets } from "./explain/explain-packets.ts";
import { history } from "./live/history.ts";
import { chain as liveChain } from "./live/watch-chain.ts";
import { tenant as liveTenant } from "./live/watch-tenant.ts";
import { overview } from "./platform/get-overview.ts";
import { watch as watchPlatform } from "./platform/watch-overview.ts";
import { me } from "./session/me.ts";
import { createCallerFactory, router } from "./trpc.ts";

export const appRouter = router({
  session: router({ me }),
  catalogue: router({ list: listFunctions }),
  attachments: router({ list: listAttachments }),
  chains: router({
    list: listChains,
    enterable,
    get,
    create,
    delete: remove,
    saveDraft: saveDraftProcedure,
    discardDraft: discardDraftProcedure,
    publish,
    rollback,
    revisions,
    revision,
    preview,
    status,
    watchStatus,
  }),
  live: router({ tenant: liveTenant, chain: liveChain, history }),
  explain: router({ packets: explainPackets }),
  audit: router({ list: listAuditEvents }),
  platform: router({ overview, watch: watchPlatform }),
});

export type AppRouter = typeof appRouter;
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export const createCaller = createCallerFactory(appRouter);
