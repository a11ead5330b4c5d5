// SPDX-License-Identifier: Apache-2.0
export { type KubeconfigOptions, kubeconfig, writeKubeconfig } from "./kubeconfig.ts";
export { type ApiServer, type ApiServerOptions, startApiServer } from "./server.ts";
export { Tokens } from "./tokens.ts";
