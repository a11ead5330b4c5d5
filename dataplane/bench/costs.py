#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""States for bench/costs.sh: peer -> one function -> peer, run by the pod fw1. Every function lets the packets pass.

    costs.py FUNCTION        applies it
    costs.py --functions     their names
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "smoke"))

import scenario  # noqa: E402
from scenario import connect, pb  # noqa: E402

TENANT, VIEW, SI = 1, 1, 254  # what nfaas-pktgen sends to
METER = pb.Meter(kind=pb.METER_KIND_SINGLE_RATE, committed_rate=400_000_000_000, committed_burst=1 << 29)

FUNCTIONS = {
    "firewall": {"firewall": pb.Firewall(rules=[scenario.parse_rule("any")], default_action=pb.ACTION_DENY)},
    "rate-limiter": {"rate_limiter": pb.RateLimiter(classes=[pb.TrafficClass(name="all", meter=METER)])},
    "classifier": {"classifier": pb.Classifier(classes=[pb.ClassifierClass(
        output="tcp", percent=100, match=pb.PacketMatch(flow=pb.Match(protocol=6)))])},
    "web-gateway": {"web_gateway": pb.WebGateway(unlisted=pb.ACTION_ALLOW, hidden=pb.ACTION_ALLOW,
                                                 ports=[pb.PortRange(first=443, last=443)])},
    "nat": {"nat": pb.Nat(public_prefixes=[scenario.prefix("192.0.2.0", 26)], quarantine_ms=1)},
    "mirror": {"mirror": pb.Mirror(percent=100), "copies": True},
}


def sink(name, si):
    return pb.Node(name=name, forward_si=si, reverse_si=si, pool="peer", attachment=pb.AttachmentNode(name=name))


def state(function):
    kind = dict(FUNCTIONS[function])
    edges, nodes = [pb.Edge(to="sink")], [sink("sink", SI - 1)]
    if kind.pop("copies", False):
        edges.append(pb.Edge(to="tap", output="copy"))
        nodes.append(sink("tap", SI - 2))
    nodes.append(pb.Node(name="function", forward_si=SI, reverse_si=SI - 3, pool="fw1", forward=edges, **kind))
    return pb.DesiredState(
        generation=1, fabric=scenario.fabric("fw1", ["peer"]), tenants=[pb.Tenant(tenant_id=TENANT, name="t1")],
        pools=[scenario.pool(name, [name]) for name in ("fw1", "peer")],
        views=[pb.View(tenant_id=TENANT, view_id=VIEW, uid=function, name="costs", nodes=nodes)])


def main():
    if sys.argv[1] == "--functions":
        print("\n".join(FUNCTIONS))
    else:
        connect(os.environ["LAB"], "fw1").apply(state(sys.argv[1]))


if __name__ == "__main__":
    main()
