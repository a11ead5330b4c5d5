// SPDX-License-Identifier: Apache-2.0
import { NotFoundPage } from "../_shell/not-found-page.tsx";

export const metadata = { title: "Not found" };

export default NotFoundPage;
