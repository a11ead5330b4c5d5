// SPDX-License-Identifier: Apache-2.0
"use client";
import { useEffect, useState } from "react";

/** The present, Unix milliseconds, renewed every second; null until the page runs in the browser. */
export function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
