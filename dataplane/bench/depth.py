#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""States for bench/depth.sh: peer -> N pass-through functions -> peer. A classifier without classes passes everything.

    depth.py one N      all N positions in the pod fw1
    depth.py each N     position i in a pod of its own: fw1, pass2, ... passN; the last gives back to `peer`
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "smoke"))

import scenario  # noqa: E402
from scenario import connect, pb  # noqa: E402

FIRST_SI = 254  # what nfaas-pktgen sends to
TENANT, VIEW = 1, 1


def name_pods(n):
    pods = ["fw1", *(f"pass{i}" for i in range(2, n + 1))]
    scenario.PODS.update({pod: 100 + i for i, pod in enumerate(pods[1:], 2)})
    return pods


def view(pools):
    """Positions in a row, each run by a pool, and at the end a sink that `peer` runs."""
    last = len(pools)
    nodes = [pb.Node(name=f"pass{i}", forward_si=FIRST_SI - i, reverse_si=FIRST_SI - last + i, pool=pool,
                     forward=[pb.Edge(to=f"pass{i + 1}" if i + 1 < last else "sink")], classifier=pb.Classifier())
             for i, pool in enumerate(pools)]
    nodes.append(pb.Node(name="sink", forward_si=FIRST_SI - last, reverse_si=FIRST_SI, pool="peer",
                         attachment=pb.AttachmentNode(name="sink")))
    return pb.View(tenant_id=TENANT, view_id=VIEW, uid=f"depth-{last}", name="depth", nodes=nodes)


def state(pod, peers, pools):
    return pb.DesiredState(generation=1, fabric=scenario.fabric(pod, peers), tenants=[pb.Tenant(tenant_id=TENANT, name="t1")],
                           pools=[scenario.pool(name, [name]) for name in dict.fromkeys([*pools, "peer"])],
                           views=[view(pools)])


def main():
    kind, n = sys.argv[1], int(sys.argv[2])
    pods = name_pods(n if kind == "each" else 1)
    pools = pods if kind == "each" else ["fw1"] * n
    for i, pod in enumerate(pods):
        peers = {pods[i - 1] if i > 0 else "peer", pods[i + 1] if i + 1 < len(pods) else "peer"}
        connect(os.environ["LAB"], pod).apply(state(pod, sorted(peers), pools))


if __name__ == "__main__":
    main()
