#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The desired states of the smoke tests' one topology.

    client host -- edge cN -- gw1 == fabric == fw1 [, fw2] == fabric == gw2 -- edge sN -- server host

Every tenant N has a client and a server, all with the same addresses: 10.1.0.0/24 and 10.2.0.0/24.
"""

import argparse
import ipaddress
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools"))

from dataplane_client import Client, DataplaneError, pb  # noqa: E402

GATEWAYS = {"client": "gw1", "server": "gw2"}
PODS = {"gw1": 1, "gw2": 2, "fw1": 3, "fw2": 4, "fw3": 5, "peer": 9, "peer2": 10}
SUBNETS = {"client": ("10.1.0.1", "10.1.0.0"), "server": ("10.2.0.1", "10.2.0.0")}
ADDRESS6 = {"client": "fd00:1::1", "server": "fd00:2::1"}
CLOSE_S = 10
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}


def fabric_address(pod, outer_ipv6=False):
    if outer_ipv6:
        return ipaddress.ip_address(f"fd00:200::{PODS[pod]}").packed
    return bytes([10, 200, 0, PODS[pod]])


def fabric_mac(pod):
    return bytes([2, 0, 0, 0, 0, PODS[pod]])


def prefix(address, length):
    return pb.Prefix(address=ipaddress.ip_address(address).packed, length=length)


def memif(pod, peer, wires):
    """Of a pair the first by name listens; where an nfaas-wire joins them, both do."""
    if frozenset((pod, peer)) in wires:
        return pb.Memif(socket=f"{pod}.{peer}.wire", server=True)
    first, second = sorted([pod, peer])
    return pb.Memif(socket=f"{first}--{second}.sock", server=pod == first)


def fabric(pod, peers, wires=(), outer_ipv6=False):
    links = [pb.FabricLink(peer=peer, address=fabric_address(peer, outer_ipv6), mac=fabric_mac(peer), memif=memif(pod, peer, wires))
             for peer in peers]
    return pb.Fabric(address=fabric_address(pod, outer_ipv6), mac=fabric_mac(pod), links=links)


def parse_rule(text):
    """icmp, tcp/80, udp or any, as an allow rule."""
    name, _, port = text.partition("/")
    rule = pb.FirewallRule(name=text, action=pb.ACTION_ALLOW, protocol=PROTOCOLS.get(name, 0))
    if port:
        rule.destination_ports.first = rule.destination_ports.last = int(port)
    return rule


def parse_prefix(text):
    address, _, length = text.partition("/")
    return address, int(length)


def parse_nat(text):
    nat = pb.Nat()
    for part in text.split(","):
        internal, _, external = part.partition("=")
        if external:
            nat.prefix_translations.add(internal=prefix(*parse_prefix(internal)), external=prefix(*parse_prefix(external)))
        else:
            nat.public_prefixes.append(prefix(*parse_prefix(internal)))
    return nat


def view(tenant_id, view_id, uid, rules, pools, nat="", depth=1):
    """client - firewall - server; with `depth` so many firewalls in a row, of which the first has the rules and the others allow all."""
    def edge(to):
        return [pb.Edge(to=to)]

    kind = {"firewall": pb.Firewall(rules=[parse_rule(r) for r in rules], default_action=pb.ACTION_DENY)}
    if nat:
        kind = {"nat": parse_nat(nat)}
    names = ["client", "firewall", *(f"firewall{i}" for i in range(2, depth + 1)), "server"]
    v = pb.View(tenant_id=tenant_id, view_id=view_id, uid=uid, name="chain")
    for i, name in enumerate(names):
        node = v.nodes.add(name=name, forward_si=255 - i, reverse_si=255 - (len(names) - 1 - i), state_key=name)
        node.forward.extend(edge(names[i + 1]) if i + 1 < len(names) else [])
        node.reverse.extend(edge(names[i - 1]) if i > 0 else [])
        if name in SUBNETS:
            node.pool = pools[name]
            node.attachment.name = name
        else:
            node.pool = pools["firewall"]
            node.MergeFrom(pb.Node(**kind) if name == "firewall" else pb.Node(firewall=pb.Firewall(default_action=pb.ACTION_ALLOW)))
    return v


def attachment(pod, tenant_id, name, shares, ipv6=False):
    address, network = SUBNETS[name]
    return pb.Attachment(address6=prefix(ADDRESS6[name], 64) if ipv6 else None, name=name, edge_port=f"{name[0]}{tenant_id}", address=prefix(address, 24),
                         prefixes=[prefix(network, 24)],
                         ingress=[pb.ViewShare(view_id=v, share=s) for v, s in shares])


def pool(name, pods, outer_ipv6=False):
    return pb.Pool(name=name, backends=[pb.Backend(name=p, address=fabric_address(p, outer_ipv6), weight=100) for p in pods])


def state(pod, generation, firewalls=("fw1",), tenants=(1,), views=((1, "v1"),), shares=None, rules=("any",),
          cordoned=False, weights=None, solo=False, wires=(), health=None,
          members=None, servers=(), servers6=(), ipv6=False, mtu=0, nat="", outer_ipv6=False, apart=False, depth=1):
    """The whole state of one pod. `views`: (view_id, uid); `shares`: (view_id, percent), default all to the last.
    `solo`: the pod's only neighbour is `peer` (a packet generator), which stands for both gateways. `wires`: pairs of
    pods, as frozensets, that an nfaas-wire joins. `health`: (interval in ms, failures) of probes.
    `members`: those firewalls that the pool has, if not all. `servers`: last bytes of the addresses of those that answer
    directly, in the server's subnet; `servers6`: the same over IPv6, fd00:2::N. `ipv6`: attachments have fd00:1::1/64 and fd00:2::1/64 too. `mtu`: of the fabric.
    `outer_ipv6`: the fabric is IPv6, fd00:200::N.
    `apart`: solo, but all tenants except the first have the neighbour `peer2`. `depth`: so many firewalls in a row.
    `nat`: public prefixes, and INTERNAL=EXTERNAL ones of IPv6; the firewalls then are NATs."""
    is_gateway = pod in GATEWAYS.values()
    peers = [p for p in (*GATEWAYS.values(), *firewalls) if p != pod and (is_gateway or p not in firewalls)]
    if solo:
        peers = ["peer", "peer2"] if apart else ["peer"]
    shares = shares or [(views[-1][0], 100)]
    desired = pb.DesiredState(generation=generation, fabric=fabric(pod, peers, wires, outer_ipv6), cordoned=cordoned)
    desired.fabric.mtu = mtu
    if health:
        desired.fabric.health.interval_ms, desired.fabric.health.failures = health
    gateways = {g: ["peer"] if solo and g != pod else [g] for g in GATEWAYS.values()}
    desired.pools.extend([pool(g, pods, outer_ipv6) for g, pods in gateways.items()]
                         + [pool("firewalls", members or firewalls, outer_ipv6)])
    if apart:
        desired.pools.append(pool("apart", ["peer2"], outer_ipv6))
    answering = [f"10.2.0.{n}" for n in servers] + [f"fd00:2::{n}" for n in servers6]
    if answering:
        desired.pools.append(pb.Pool(name="servers", backends=[
            pb.Backend(name=f"server-{a}", address=ipaddress.ip_address(a).packed, weight=100) for a in answering]))
    for tenant_id in tenants:
        tenant = pb.Tenant(tenant_id=tenant_id, name=f"t{tenant_id}", cpu_weight=(weights or {}).get(tenant_id, 0))
        for name, gateway in GATEWAYS.items():
            if gateway == pod:
                port = f"{name[0]}{tenant_id}"
                desired.edge_ports.append(pb.EdgePort(name=port, interface=port))
                tenant.attachments.append(attachment(pod, tenant_id, name, shares, ipv6))
                if answering and name == "server":
                    tenant.attachments[-1].direct_return = "servers"
        desired.tenants.append(tenant)
        pools = {"client": "gw1", "server": "gw2", "firewall": "firewalls"}
        if apart and tenant_id != tenants[0]:
            pools |= {"client": "apart", "server": "apart"}
        desired.views.extend(view(tenant_id, v, uid, rules, pools, nat, depth) for v, uid in views)
    return desired


def log_new_flows(desired, one_in):
    for v in desired.views:
        for node in v.nodes:
            if node.WhichOneof("kind") == "firewall":
                node.firewall.log_one_in = one_in


def conserved(clients, uid):
    """(in, out, dropped): the sides of a view's conservation sum, over all pods; what is in flight is in - out - dropped."""
    views = [v for client in clients.values() for v in client.counters().views if v.uid == uid]
    return (sum(v.injected_packets + v.entered_packets + v.copied_packets for v in views),
            sum(v.left_packets + v.handed_packets for v in views),
            sum(d.packets for v in views for d in v.drops))


def wait_until_closed(clients, uid):
    """The sides of a view's sum, when it closes and two readings agree; the exit's message is what is missing after 10 s."""
    deadline = time.monotonic() + CLOSE_S
    while True:
        before, sums = conserved(clients, uid), conserved(clients, uid)
        if before == sums and sums[0] == sums[1] + sums[2]:
            return sums
        if time.monotonic() > deadline:
            sys.exit(f"{uid}: {sums[0]} in, {sums[1]} out, {sums[2]} dropped: the sum does not close")
        time.sleep(0.05)


def connect(folder, pod):
    return Client(os.path.join(folder, f"{pod}.ctl"))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", default=os.environ.get("LAB"))
    parser.add_argument("--generation", type=int, default=1)
    parser.add_argument("--firewalls", default="fw1")
    parser.add_argument("--tenants", default="1")
    parser.add_argument("--weights", default="", help="TENANT:CPU_WEIGHT,...")
    parser.add_argument("--view", default="1:v1", help="ID:UID")
    parser.add_argument("--rules", default="any")
    parser.add_argument("--cordoned", action="store_true")
    parser.add_argument("--solo", action="store_true", help="the pod's only neighbour is `peer`")
    parser.add_argument("--apart", action="store_true", help="with --solo: all tenants but the first have the neighbour `peer2`")
    parser.add_argument("--depth", type=int, default=1, help="so many firewalls in a row")
    parser.add_argument("--wire", default="", help="POD--POD: an nfaas-wire joins the two")
    parser.add_argument("--log-one-in", type=int, default=0, help="the firewalls' log of new flows")
    parser.add_argument("--health", help="INTERVAL_MS:FAILURES: probe neighbours")
    parser.add_argument("--servers", default="", help="N,...: 10.2.0.N answer directly")
    parser.add_argument("--servers6", default="", help="N,...: fd00:2::N answer directly")
    parser.add_argument("--outer-ipv6", action="store_true", help="the fabric is IPv6 outside")
    parser.add_argument("--ipv6", action="store_true", help="attachments have IPv6 addresses too")
    parser.add_argument("--mtu", type=int, default=0, help="of the fabric")
    parser.add_argument("--nat", default="", help="PREFIX|INTERNAL=EXTERNAL,...: the firewalls are NATs")
    parser.add_argument("pods", nargs="+")
    return parser.parse_args()


def main():
    args = parse()
    view_id, uid = args.view.split(":")
    health = tuple(map(int, args.health.split(":"))) if args.health else None
    wires = {frozenset(args.wire.split("--"))}
    weights = dict(map(int, w.split(":")) for w in args.weights.split(",") if w)
    for pod in args.pods:
        desired = state(pod, args.generation, firewalls=tuple(args.firewalls.split(",")),
                        tenants=[int(t) for t in args.tenants.split(",")], views=[(int(view_id), uid)],
                        rules=args.rules.split(","), cordoned=args.cordoned,
                        weights=weights, solo=args.solo, wires=wires, health=health,
                        servers=[int(n) for n in args.servers.split(",") if n],
                        servers6=[n for n in args.servers6.split(",") if n], ipv6=args.ipv6, mtu=args.mtu,
                        nat=args.nat, outer_ipv6=args.outer_ipv6, apart=args.apart, depth=args.depth)
        log_new_flows(desired, args.log_one_in)
        try:
            connect(args.folder, pod).apply(desired)
        except (DataplaneError, OSError) as error:
            print(f"{pod}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
