// SPDX-License-Identifier: Apache-2.0
import type { ServiceChainSpec } from "@nfaas/domain";

/** What the tenant did not choose in the console stays as somebody set it in the deployed object. */
export function keepDeployed(wanted: ServiceChainSpec, deployed: ServiceChainSpec): ServiceChainSpec {
  const rollout = { ...deployed.rollout, ...wanted.rollout };
  return {
    ...wanted,
    ...(Object.keys(rollout).length > 0 ? { rollout } : {}),
    ...(deployed.historyLimit === undefined ? {} : { historyLimit: deployed.historyLimit }),
  };
}
