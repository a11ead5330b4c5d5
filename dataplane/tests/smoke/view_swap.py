#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Replaces the view of tenant 1 N times the way the operator does: program the new one everywhere, move the shares,
wait until the old one's conservation sum closes, unprogram it. Prints how long the slowest drain took."""

import os
import sys
import time

from scenario import connect, conserved, state

PODS = ["gw1", "gw2", "fw1"]
DRAIN_S = 10
CARRIED = 200  # packets a view delivers before it is replaced


def wait_until_carrying(clients, uid):
    deadline = time.monotonic() + DRAIN_S
    while conserved(clients, uid)[1] < CARRIED:
        if time.monotonic() > deadline:
            sys.exit(f"{uid} carries nothing")
        time.sleep(0.01)


def wait_until_drained(clients, uid):
    deadline = time.monotonic() + DRAIN_S
    while True:
        before, (injected, left, dropped) = conserved(clients, uid), conserved(clients, uid)
        if injected == left + dropped and before == (injected, left, dropped):
            return injected, dropped
        if time.monotonic() > deadline:
            sys.exit(f"{uid}: injected {injected}, left {left}, dropped {dropped}: the sum does not close")
        time.sleep(0.01)


def main():
    swaps, clients = int(sys.argv[1]), {pod: connect(os.environ["LAB"], pod) for pod in PODS}
    generation, packets, drops, slowest = 1, 0, 0, 0.0

    def apply(pods, views, share):
        nonlocal generation
        generation += 1
        for pod in pods:
            clients[pod].apply(state(pod, generation, views=views, shares=[(share, 100)]))

    for n in range(1, swaps + 1):
        old, new = (n, f"v{n}"), (n + 1, f"v{n + 1}")
        apply(PODS, [old, new], old[0])
        apply(["gw1", "gw2"], [old, new], new[0])
        start = time.monotonic()
        carried, dropped = wait_until_drained(clients, old[1])
        slowest = max(slowest, time.monotonic() - start)
        packets, drops = packets + carried, drops + dropped
        wait_until_carrying(clients, new[1])
        apply(PODS, [new], new[0])
    print(f"{swaps} swaps, {packets} packets in views that closed, {drops} of them dropped, "
          f"slowest drain {slowest * 1000:.0f} ms")
    return 1 if drops else 0


if __name__ == "__main__":
    sys.exit(main())
