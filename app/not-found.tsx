// SPDX-License-Identifier: Apache-2.0
import { NotFoundPage } from "./_shell/not-found-page.tsx";

export const metadata = { title: "Not found" };

/** Outside the console's pages nothing else makes a main landmark. */
export default function NotFound() {
  return (
    <main>
      <NotFoundPage />
    </main>
  );
}
