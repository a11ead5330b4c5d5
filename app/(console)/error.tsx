// SPDX-License-Identifier: Apache-2.0
"use client";
export { default } from "../error.tsx";
