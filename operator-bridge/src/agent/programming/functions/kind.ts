// SPDX-License-Identifier: Apache-2.0
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { NodeSchema } from "../../generated/nfaas_dataplane_pb.ts";

/** What a node is to the data plane: a function's message by its name in the protocol. */
export type Kind = NonNullable<MessageInitShape<typeof NodeSchema>["kind"]>;

/** Tells a configuration, which the operator has validated before it made the view. */
export type Translator = (config: unknown) => Kind;
