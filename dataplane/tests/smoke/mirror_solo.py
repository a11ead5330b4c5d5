#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A mirror that runs alone in the pod fw1, between packet generators: peer -> fw1 -> peer, copies to another, `tap`.

    mirror_solo.py GENERATION copies|none    applies it, with an edge for copies or without
"""

import os
import sys

import scenario
from scenario import connect, fabric, pb, pool

scenario.PODS.update(tap=8)
TENANT, VIEW, SI = 1, 1, 254  # what nfaas-pktgen sends to


def end(name, si):
    return pb.Node(name=name, forward_si=si, reverse_si=si, pool=name, attachment=pb.AttachmentNode(name=name))


def state(generation, copies):
    edges = [pb.Edge(to="peer")] + ([pb.Edge(to="tap", output="copy")] if copies else [])
    nodes = [end("peer", SI - 1), end("tap", SI - 2),
             pb.Node(name="mirror", forward_si=SI, reverse_si=SI - 3, pool="fw1", forward=edges, mirror=pb.Mirror(percent=100))]
    return pb.DesiredState(
        generation=generation, fabric=fabric("fw1", ["peer", "tap"]), tenants=[pb.Tenant(tenant_id=TENANT, name="t1")],
        pools=[pool(name, [name]) for name in ("fw1", "peer", "tap")],
        views=[pb.View(tenant_id=TENANT, view_id=VIEW, uid=f"v{generation}", name="chain", nodes=nodes)])


if __name__ == "__main__":
    connect(os.environ["LAB"], "fw1").apply(state(int(sys.argv[1]), copies=sys.argv[2] == "copies"))
