#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The states of the view_enter test: two chains of tenant 1, whose firewalls let only the client begin flows.

    one:  client (gw1) - guard (fw1) - choose (cl1) - server (gw2)
    two:  other (gw1) - guard (fw1) [- again (cl1)] - far (gw2)

What goes to 10.3.0.0/24 enters chain two at `choose`; there is no other way to it.

    view_enter.py circle             applies both; `again` sends everything into chain one
    view_enter.py start              the same without `again`
    view_enter.py keep               a newer view of chain two takes what is new; flows of the older one stay there
    view_enter.py release            all to the newer one, and only that is left
    view_enter.py flips N            replaces the view of chain two N times, the way the operator does
    view_enter.py closes UID...      waits until the views' sums close; prints them
"""

import os
import sys
import time

import scenario
from scenario import connect, conserved, fabric, pb, pool, prefix, wait_until_closed

PODS = ["gw1", "gw2", "fw1", "cl1"]
PORTS = {"gw1": {"client": "c1", "other": "o1"}, "gw2": {"server": "s1", "far": "f1"}}
scenario.PODS.update(cl1=6)
scenario.SUBNETS.update(far=("10.3.0.1", "10.3.0.0"), other=("10.4.0.1", "10.4.0.0"))
CIRCLE = 99  # id of the view of chain two that enters chain one


def end(name, si, gateway, **edges):
    entered_from = ["classifiers"] if name in ("client", "other") else []
    return pb.Node(name=name, forward_si=si[0], reverse_si=si[1], pool=gateway, **edges,
                   attachment=pb.AttachmentNode(name=name, entered_from=entered_from))


def edges(to):
    return [pb.Edge(to=to)]


def guard(back, on):
    rule = pb.FirewallRule(name="client", action=pb.ACTION_ALLOW, source=prefix("10.1.0.0", 24))
    return pb.Node(name="guard", state_key=f"{back}/guard", forward_si=254, reverse_si=253, pool="firewalls",
                   forward=edges(on), reverse=edges(back),
                   firewall=pb.Firewall(rules=[rule], default_action=pb.ACTION_DENY))


def classify(name, back, on, match, entrances):
    made = pb.ClassifierClass(output="to-far", percent=100, match=match, enter=entrances)
    return pb.Node(name=name, forward_si=253, reverse_si=254, pool="classifiers", forward=edges(on), reverse=edges(back),
                   classifier=pb.Classifier(classes=[made]))


def chain_one(shares, kept):
    match = pb.PacketMatch(flow=pb.Match(destinations=[prefix("10.3.0.0", 24)]))
    entrances = [pb.Entrance(view_id=v, node="other", share=share, keep_flows=v == kept)
                 for v, share in shares]
    return pb.View(tenant_id=1, view_id=1, uid="one", name="one", nodes=[
        end("client", (255, 252), "gw1", forward=edges("guard")),
        guard("client", "choose"),
        classify("choose", "guard", "server", match, entrances),
        end("server", (252, 255), "gw2", reverse=edges("choose")),
    ])


def chain_two(view_id):
    again = view_id == CIRCLE
    nodes = [
        end("other", (255, 252), "gw1", forward=edges("guard")),
        guard("other", "again" if again else "far"),
        end("far", (252, 255), "gw2", reverse=edges("again" if again else "guard")),
    ]
    if again:
        nodes.insert(2, classify("again", "guard", "far", None, [pb.Entrance(view_id=1, node="client", share=100)]))
    return pb.View(tenant_id=1, view_id=view_id, uid=f"two-{view_id}", name="two", nodes=nodes)


def state(pod, generation, shares, kept):
    """`shares`: (view_id, percent) of chain two; `kept`: that view's flows stay in it, 0 = no view's."""
    peers = [p for p in PODS if p != pod]
    desired = pb.DesiredState(generation=generation, fabric=fabric(pod, peers))
    desired.pools.extend([pool("gw1", ["gw1"]), pool("gw2", ["gw2"]), pool("firewalls", ["fw1"]),
                          pool("classifiers", ["cl1"])])
    tenant = pb.Tenant(tenant_id=1, name="t1")
    for name, port in PORTS.get(pod, {}).items():
        desired.edge_ports.append(pb.EdgePort(name=port, interface=port))
        address, network = scenario.SUBNETS[name]
        ingress = [(1, 100)] if name in ("client", "server") else shares
        tenant.attachments.append(pb.Attachment(
            name=name, edge_port=port, address=prefix(address, 24), prefixes=[prefix(network, 24)],
            ingress=[pb.ViewShare(view_id=v, share=share, keep_flows=v == kept) for v, share in ingress]))
    desired.tenants.append(tenant)
    desired.views.extend([chain_one(shares, kept)] + [chain_two(v) for v, _ in shares])
    return desired


class Operator:
    def __init__(self):
        self.clients = {pod: connect(os.environ["LAB"], pod) for pod in PODS}
        self.generation = max(client.hello().generation for client in self.clients.values())

    def apply(self, pods, shares, kept=0):
        self.generation += 1
        for pod in pods:
            self.clients[pod].apply(state(pod, self.generation, shares, kept))

    def flip(self, old):
        """The pods that put packets into chain two are its gateways, and the classifier's."""
        new = old + 1
        self.apply(PODS, [(old, 100), (new, 0)])
        self.apply(["gw2", "cl1", "gw1"], [(old, 0), (new, 100)])
        carried, _, dropped = wait_until_closed(self.clients, f"two-{old}")
        if dropped or carried == 0:
            sys.exit(f"two-{old}: {carried} in, {dropped} dropped")
        self.apply(PODS, [(new, 100)])
        self.wait_until_carrying(f"two-{new}")
        return carried

    def keep(self):
        self.apply(PODS, [(2, 100), (3, 0)])
        self.apply(["gw2", "cl1", "gw1"], [(2, 0), (3, 100)], kept=2)

    def release(self):
        self.apply(["gw2", "cl1", "gw1"], [(2, 0), (3, 100)])
        print("{} in, {} out, {} dropped".format(*wait_until_closed(self.clients, "two-2")))
        self.apply(PODS, [(3, 100)])

    def wait_until_carrying(self, uid):
        deadline = time.monotonic() + scenario.CLOSE_S
        while conserved(self.clients, uid)[1] < 100:
            if time.monotonic() > deadline:
                sys.exit(f"{uid} carries nothing")
            time.sleep(0.01)


def main():
    operator, words = Operator(), sys.argv[1:]
    if words[0] == "closes":
        for uid in words[1:]:
            print(uid, *wait_until_closed(operator.clients, uid))
    elif words[0] == "keep":
        operator.keep()
    elif words[0] == "release":
        operator.release()
    elif words[0] == "flips":
        print(sum(operator.flip(2 + n) for n in range(int(words[1]))))
    else:
        operator.apply(PODS, [(CIRCLE if words[0] == "circle" else 2, 100)])


if __name__ == "__main__":
    main()
