#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The states of the mirror test: tenant 1's client and server of scenario.py with a mirror between, whose copies go to a
tap at a gateway of its own.

    client host -- gw1 == mi1 == gw2 -- server host
                           \\== gw3 -- tap host (10.9.0.2)

    mirror.py GENERATION VIEW_ID [none]       applies it everywhere; with `none` the mirror has no edge for copies
    mirror.py closes UID                      waits until the view's sum closes; prints what came in, in order of its sides
"""

import os
import sys

import scenario
from scenario import attachment, connect, fabric, pb, pool, prefix, wait_until_closed

PODS = ["gw1", "gw2", "gw3", "mi1"]
scenario.PODS.update(mi1=6, gw3=7)
scenario.SUBNETS["tap"] = ("10.9.0.1", "10.9.0.0")
GATEWAYS = {"client": "gw1", "server": "gw2", "tap": "gw3"}


def edge(to, output=""):
    return pb.Edge(to=to, output=output)


def view(view_id, copies):
    mirror = [edge("server")] + ([edge("tap", "copy")] if copies else [])
    nodes = [
        pb.Node(name="client", forward_si=255, reverse_si=253, pool="gw1", forward=[edge("mirror")],
                attachment=pb.AttachmentNode(name="client")),
        pb.Node(name="mirror", forward_si=254, reverse_si=254, pool="mirrors", forward=mirror, reverse=[edge("client")],
                mirror=pb.Mirror(percent=100)),
        pb.Node(name="server", forward_si=253, reverse_si=255, pool="gw2", reverse=[edge("mirror")],
                attachment=pb.AttachmentNode(name="server")),
    ]
    if copies:
        nodes.append(pb.Node(name="tap", forward_si=252, reverse_si=252, pool="gw3",
                             attachment=pb.AttachmentNode(name="tap")))
    return pb.View(tenant_id=1, view_id=view_id, uid=f"v{view_id}", name="chain", nodes=nodes)


def end_at(pod, name, view_id):
    end = attachment(pod, 1, name, [] if name == "tap" else [(view_id, 100)])
    if name == "tap":
        end.tap.collector = prefix("10.9.0.2", 32).address
    return end


def state(pod, generation, view_id, copies):
    peers = [p for p in PODS if p != pod and "mi1" in (p, pod)]
    desired = pb.DesiredState(generation=generation, fabric=fabric(pod, peers))
    desired.pools.extend([pool(gateway, [gateway]) for gateway in GATEWAYS.values()] + [pool("mirrors", ["mi1"])])
    tenant = pb.Tenant(tenant_id=1, name="t1")
    for name, gateway in GATEWAYS.items():
        if gateway == pod:
            port = f"{name[0]}1"
            desired.edge_ports.append(pb.EdgePort(name=port, interface=port))
            tenant.attachments.append(end_at(pod, name, view_id))
    desired.tenants.append(tenant)
    desired.views.append(view(view_id, copies))
    return desired


def main():
    clients = {pod: connect(os.environ["LAB"], pod) for pod in PODS}
    if sys.argv[1] == "closes":
        print(*wait_until_closed(clients, sys.argv[2]))
        return
    generation, view_id = int(sys.argv[1]), int(sys.argv[2])
    for pod, client in clients.items():
        client.apply(state(pod, generation, view_id, copies="none" not in sys.argv[3:]))


if __name__ == "__main__":
    main()
