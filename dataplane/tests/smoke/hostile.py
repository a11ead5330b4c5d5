#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Sends hostile fabric packets, then hostile memif rings, to fw1; checks that each packet is counted."""

import os
import random
import socket
import struct
import sys
import time

from memif_peer import MemifPeer
from scenario import connect, fabric_address, fabric_mac

LAB = os.environ["LAB"]
LINK = os.path.join(LAB, "fw1--peer.sock")


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, source, destination, payload, ttl=64):
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0, ttl, protocol, 0, source, destination)
    return header[:10] + struct.pack(">H", checksum(header)) + header[12:] + payload


def frame(key=1 << 8 | 1, spi=1, si=254, nsh=0x0FC2, inner=None, gre=0x2000, port=1000):
    if inner is None:
        udp = struct.pack(">HHHH", port, 9, 16, 0) + b"nfaasnfa"
        inner = ipv4(17, socket.inet_aton("10.1.0.2"), socket.inet_aton("10.2.0.2"), udp)
    body = struct.pack(">HHI", gre, 0x894F, key) + struct.pack(">HBBI", nsh, 2, 1, spi << 8 | si) + inner
    return fabric_mac("fw1") + fabric_mac("peer") + b"\x08\x00" + \
        ipv4(47, fabric_address("peer"), fabric_address("fw1"), body)


def hostile_frames():
    good = frame()
    yield from (good[:n] for n in range(1, len(good)))  # cut anywhere
    yield from (frame(key=k) for k in (0, 1, 0xFFFFFFFF, 99 << 8 | 1, 1 << 8 | 200))  # tenants and views unknown
    yield from (frame(spi=s) for s in (0, 3, 0xFFFFFF))
    yield from (frame(si=s) for s in (0, 1, 253, 255))
    yield from (frame(nsh=n) for n in (0x0002, 0x0FC0, 0x0FFF, 0xFFC2, 0x4FC2))  # TTL 0, lengths, versions
    yield from (frame(gre=g) for g in (0, 0xB000, 0x2007, 0x8000))
    yield from (frame(inner=i) for i in (b"", b"\x45", b"\x4f" + b"\xff" * 19, b"\x60" + b"\0" * 39, b"\xff" * 200))
    yield b"\xff" * 2048
    chance = random.Random(8300)
    for _ in range(3000):
        damaged = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        yield bytes(damaged)


def accounted(client):
    counters = client.counters()
    total = counters.malformed_packets + sum(d.packets for t in counters.tenants for d in t.drops)
    total += sum(d.packets for v in counters.views for d in v.drops)
    return total + sum(p.tx_packets for p in counters.ports)


def good_packet_passes(peer, port):
    peer.send(frame(port=port))
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        got = peer.receive()
        if got is not None and len(got) > 72 and got[70:72] == struct.pack(">H", port):
            return True
    return False


def hostile_packets(client):
    peer, sent, before = MemifPeer(LINK), 0, accounted(client)
    for data in hostile_frames():
        peer.send(data)
        sent += 1
    deadline = time.monotonic() + 10
    while accounted(client) - before < sent and time.monotonic() < deadline:
        time.sleep(0.02)
    counted = accounted(client) - before
    assert counted == sent, f"{sent} hostile packets sent, {counted} counted"
    peer.close()
    peer = MemifPeer(LINK)  # what the hostile ones left in the ring back is gone with the old link
    assert good_packet_passes(peer, 2000), "a good packet does not pass after the hostile ones"
    peer.close()
    return sent


def hostile_rings():
    lies = [dict(length=100, region=7), dict(length=100, offset=0xFFFFFFF0), dict(length=0xFFFFFFFF),
            dict(length=4000, flags=1), dict(length=0), dict(length=1 << 20)]
    for lie in lies:
        peer = MemifPeer(LINK)
        for _ in range(40):
            peer.send_described(**lie)
        peer.send_described(length=64)  # ends a chain
        assert good_packet_passes(peer, 3000), f"the link is dead after a descriptor with {lie}"
        peer.close()
    peer = MemifPeer(LINK)
    for _ in range(peer.size):  # a frame without end
        peer.describe(0, peer.head, 10, flags=1)
        peer.publish()
    assert good_packet_passes(peer, 3500), "the link is dead after a frame without end"
    peer.close()
    peer = MemifPeer(LINK)
    peer.set_head(40000)  # far more than the ring holds
    peer.close()
    try:
        MemifPeer(LINK, seal=False)
        raise AssertionError("memory that can shrink was accepted")
    except ConnectionError:
        pass
    peer = MemifPeer(LINK)
    assert good_packet_passes(peer, 4000), "no link after hostile rings"


def main():
    client = connect(LAB, "fw1")
    pid = client.hello().pid
    sent = hostile_packets(client)
    hostile_rings()
    assert connect(LAB, "fw1").hello().pid == pid, "the process was restarted"
    print(f"{sent} hostile packets, each counted")


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, OSError) as error:
        print(error)
        sys.exit(1)
