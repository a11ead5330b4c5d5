// SPDX-License-Identifier: Apache-2.0
/** For tests that run a whole instance: where it is and who may sign in. */
export { type Instance, readInstance } from "./instance.ts";
export { checkout } from "./paths.ts";
export { identify, isAlive, type ProcessIdentity } from "./process/identity.ts";
export { delay, waitUntil } from "./process/wait.ts";
export { type DemoUser, loadSecrets, type Secrets } from "./secrets.ts";
export type { InstanceStatus } from "./supervisor/part.ts";
export { findLeftovers, podProcesses } from "./teardown.ts";
