// SPDX-License-Identifier: Apache-2.0
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PacketMatch } from "@nfaas/domain";
import type { PacketMatchSchema } from "../../generated/nfaas_dataplane_pb.ts";
import { match } from "../addresses.ts";

export const packetMatch = (
  of: PacketMatch | undefined,
): MessageInitShape<typeof PacketMatchSchema> | undefined =>
  of && {
    flow: match(of),
    dscps: of.dscps ?? [],
    minLength: of.minLength ?? 0,
    maxLength: of.maxLength ?? 0,
  };
