# SPDX-License-Identifier: Apache-2.0
"""Asks the gateways among some pods to mark packets, and shows what every pod decided on each of them."""

import ipaddress
import time

from dataplane_client import Client, pb
from dataplane_stats import duration, name, table

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "sctp": 132}
TRACES = 255
FOLLOW_S = 0.3  # a marked packet's way to the last pod


def parse_prefix(text):
    network = ipaddress.ip_network(text, strict=False)
    return pb.Prefix(address=network.network_address.packed, length=network.prefixlen)


def parse_protocol(text):
    return PROTOCOLS[text] if text in PROTOCOLS else int(text)


def add_arguments(parser):
    parser.add_argument("pods", nargs="*", help="control sockets of the other pods of the chain")
    parser.add_argument("--tenant-id", type=int, required=True)
    parser.add_argument("--source", type=parse_prefix, help="address or prefix of the flow's initiator")
    parser.add_argument("--destination", type=parse_prefix)
    parser.add_argument("--protocol", type=parse_protocol, default=0, help="icmp, tcp, udp, sctp or a number")
    parser.add_argument("--source-port", type=int, default=0)
    parser.add_argument("--destination-port", type=int, default=0)
    parser.add_argument("--packets", type=int, default=4, help="at each gateway")
    parser.add_argument("--wait", type=float, default=2, help="seconds, at most")


def start(gateways, args):
    share = TRACES // len(gateways)
    for i, client in enumerate(gateways):
        client.ask(explain_start=pb.ExplainStartRequest(
            tenant_id=args.tenant_id, source=args.source, destination=args.destination, protocol=args.protocol,
            source_port=args.source_port, destination_port=args.destination_port, packets=args.packets,
            first_trace=1 + i * share, lifetime_ms=int(args.wait * 1000)))


def read(client, args, since):
    age_ms = int((time.monotonic() - since) * 1000) + 1
    return client.ask(explain_read=pb.ExplainReadRequest(tenant_id=args.tenant_id, max_age_ms=age_ms))


def wait(gateways, args, since):
    while time.monotonic() - since < args.wait and any(read(client, args, since).running for client in gateways):
        time.sleep(0.05)
    time.sleep(FOLLOW_S)


def decision(record):
    rule = f"rule {record.rule}" if record.rule else "default" if record.by_default else ""
    if record.verdict == pb.EXPLAIN_VERDICT_DROPPED:
        what = f"dropped: {name(pb.DropReason, record.reason, 'DROP_REASON_')}"
    elif record.verdict == pb.EXPLAIN_VERDICT_LEFT:
        what = "left to its host"
    else:
        choice = f" ({name(pb.HopChoice, record.choice, 'HOP_CHOICE_')})" if record.choice else ""
        output = f" by {record.output}" if record.output else ""
        what = f"to {record.next_node}{output}, {record.backend}{choice}"
    return ", ".join(filter(None, (rule, what)))


def rows(records):
    """Records as (pod, record), in the order of a packet's way: the TTL falls."""
    for pod, r in sorted(records, key=lambda item: (item[1].trace, -item[1].ttl)):
        yield [r.trace, name(pb.Direction, r.direction, "DIRECTION_") if r.direction else "-", pod, r.node or "-",
               decision(r), r.cycles or "-", duration(r.waited_ns)]


def explain(first, args):
    clients = [first, *map(Client, args.pods)]
    hellos = [client.hello() for client in clients]
    gateways = [client for client, hello in zip(clients, hellos) if hello.function == "gateway"]
    since = time.monotonic()
    try:
        start(gateways, args)
        wait(gateways, args, since)
        records = [(hello.pod, r) for client, hello in zip(clients, hellos)
                   for r in read(client, args, since).records]
    finally:
        for client in gateways:
            client.ask(explain_stop=pb.ExplainStopRequest(tenant_id=args.tenant_id))
    lines = table("packets", ["packet", "direction", "pod", "node", "decision", "cycles", "waited"], list(rows(records)))
    print("\n".join(lines[1:]) if lines else "no such packet came")
