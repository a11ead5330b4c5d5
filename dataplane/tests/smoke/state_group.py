#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""States of pods that share their flows: the topology of scenario.py with a second gateway on the client's side.

    client eth0 -- c1  -- gw1 ==.             .== gw2 -- s1 -- server
    client eth1 -- c1b -- gw3 ==+== fw1, fw2 ==+

    state_group.py GENERATION [--firewalls NAME:WEIGHT,...] [--share POD,...] [--outer-ipv6] [--rules ...] [--nat ...] PODS...

Firewalls that are left out run, but are in no pool. Those of --share are members of one group per function; they listen at
127.0.0.1, with --outer-ipv6 at their fabric addresses, which the test gives to the loopback interface.
"""

import argparse
import os
import sys

import scenario
from scenario import connect, fabric, pb

GATEWAYS = ("gw1", "gw2", "gw3")
FIREWALLS = ("fw1", "fw2")
PORT = 7100
INTERVAL_MS = 200
scenario.PODS["gw3"] = 6


def peers_of(pod):
    return FIREWALLS + (() if pod in FIREWALLS else tuple(g for g in GATEWAYS if g != pod)) if pod in GATEWAYS else GATEWAYS


def backends(weights, outer_ipv6):
    return [pb.Backend(name=pod, address=scenario.fabric_address(pod, outer_ipv6), weight=weight) for pod, weight in weights]


def share(desired, pod, members, outer_ipv6):
    def address(member):
        return scenario.fabric_address(member, True) if outer_ipv6 else bytes([127, 0, 0, 1])

    group = desired.state_group
    group.name = "gateways" if pod in GATEWAYS else "firewalls"
    group.key = bytes(range(32))
    group.interval_ms = INTERVAL_MS
    for member in members:
        group.members.add(pod=member, address=address(member), port=PORT + scenario.PODS[member])
    group.address, group.port = address(pod), PORT + scenario.PODS[pod]


def state(pod, args):
    # gw3 is gw1 at another port of the client's
    desired = scenario.state("gw1" if pod == "gw3" else pod, args.generation, firewalls=FIREWALLS, rules=args.rules.split(","),
                             nat=args.nat, outer_ipv6=args.outer_ipv6)
    desired.fabric.CopyFrom(fabric(pod, peers_of(pod), outer_ipv6=args.outer_ipv6))
    # a killed pod is dead with its link; one that only waits for a CPU is not
    desired.fabric.health.interval_ms, desired.fabric.health.failures = 100, 50
    for pool in desired.pools:
        if pool.name == "gw1":
            pool.ClearField("backends")
            pool.backends.extend(backends([("gw1", 100), ("gw3", 100)], args.outer_ipv6))
        if pool.name == "firewalls":
            pool.ClearField("backends")
            pool.backends.extend(backends(args.firewalls, args.outer_ipv6))
    if pod == "gw3":
        desired.edge_ports[0].name = desired.edge_ports[0].interface = "c1b"
        desired.tenants[0].attachments[0].edge_port = "c1b"
    members = [m for m in args.share if (m in GATEWAYS) == (pod in GATEWAYS)]
    if pod in members:
        share(desired, pod, members, args.outer_ipv6)
    return desired


def weights(text):
    return [(name, int(weight or 100)) for name, _, weight in (part.partition(":") for part in text.split(","))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("generation", type=int)
    parser.add_argument("--firewalls", type=weights, default="fw1")
    parser.add_argument("--share", type=lambda text: text.split(","), default=[])
    parser.add_argument("--outer-ipv6", action="store_true", help="fabric and members are IPv6")
    parser.add_argument("--rules", default="any")
    parser.add_argument("--nat", default="", help="as scenario.py's: the firewalls are NATs")
    parser.add_argument("pods", nargs="+")
    args = parser.parse_args()
    for pod in args.pods:
        connect(os.environ["LAB"], pod).apply(state(pod, args))


if __name__ == "__main__":
    sys.exit(main())
