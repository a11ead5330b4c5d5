#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One step of bench/soak.sh: replaces the view of tenant 1 the way the operator does.

    soak.py N MEMBERS [undisturbed]     view N by N + 1, with these firewalls in the pool; prints what view N carried

With `undisturbed` the old view's sum must close; else what does not close after a while died with a pod, and is printed.
"""

import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "smoke"))

from scenario import connect, conserved, state  # noqa: E402

GATEWAYS = ["gw1", "gw2"]
FIREWALLS = ["fw1", "fw2", "fw3"]
DRAIN_S = 10
VIEW_IDS = 200


def wait_until_drained(clients, uid):
    """(injected, dropped, missing) once the sum closes, or after a while as it is."""
    deadline = time.monotonic() + DRAIN_S
    while True:
        before, (injected, left, dropped) = conserved(clients, uid), conserved(clients, uid)
        closed = injected == left + dropped and before == (injected, left, dropped)
        if closed or time.monotonic() > deadline:
            return injected, dropped, injected - left - dropped
        time.sleep(0.05)


def main():
    n, members, undisturbed = int(sys.argv[1]), sys.argv[2].split(","), "undisturbed" in sys.argv[3:]
    old, new = ((i % VIEW_IDS + 1, f"v{i}") for i in (n, n + 1))
    clients = {pod: connect(os.environ["LAB"], pod) for pod in [*GATEWAYS, *FIREWALLS]}

    def apply(step, pods, views, share):
        for pod in pods:
            clients[pod].apply(state(pod, 10 * n + step, firewalls=FIREWALLS, members=members, views=views,
                                     shares=[(share, 100)], health=(200, 4)))

    apply(1, clients, [old, new], old[0])
    apply(2, GATEWAYS, [old, new], new[0])
    injected, dropped, missing = wait_until_drained(clients, old[1])
    apply(3, clients, [new], new[0])
    print(injected, dropped, missing)
    if undisturbed and missing:
        sys.exit(f"view {old[1]}: {injected} injected, {dropped} dropped, {missing} missing: the sum does not close")


if __name__ == "__main__":
    main()
