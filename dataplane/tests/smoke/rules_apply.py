#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gives the firewall 10,000 other rules, ROUNDS times, and counts what the gateway injects during each apply.

    rules_apply.py ROUNDS FLOWS    FLOWS have one packet under way each: a firewall that stood still would let no more through
"""

import os
import sys
import time

from scenario import connect, state

RULES = 10_000


def desired(generation):
    rules = [f"tcp/{1 + (n + generation) % 65_000}" for n in range(RULES - 1)]
    return state("fw1", generation, views=[(1, f"v{generation}")], rules=[*rules, "udp"])


def main():
    rounds, flows = int(sys.argv[1]), int(sys.argv[2])
    firewall, gateway = connect(os.environ["LAB"], "fw1"), connect(os.environ["LAB"], "gw1")

    def injected():
        return sum(view.injected_packets for view in gateway.counters().views)

    carried, times = [], []
    for generation in range(2, rounds + 2):
        state_of_round, before, start = desired(generation), injected(), time.monotonic()
        firewall.apply(state_of_round)
        times.append(time.monotonic() - start)
        carried.append(injected() - before)
    if min(carried) < 10 * flows:
        sys.exit(f"packets carried during each apply: {carried}")
    print(f"{min(carried)} to {max(carried)} packets during each of {rounds} applies of {RULES} rules, "
          f"{1e3 * sorted(times)[rounds // 2]:.0f} ms each")


if __name__ == "__main__":
    main()
