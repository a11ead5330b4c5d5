#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A member of a state group, written from the protocol's description (dataplane/src/state_group/message.h) alone.

    group_peer.py hear PORT FLOWS   takes a snapshot as member gw3; fails unless it has so many flows or more
    group_peer.py hostile PORT      says what no member says; fails if any of it is answered
    group_peer.py deaf PORT         asks for snapshots and never reads, until it is cut off
"""

import hashlib
import hmac
import os
import socket
import struct
import sys
import time

KEY, GROUP, ME = bytes(range(32)), b"gateways", b"gw3"
HEADER = struct.Struct(">IBBHIQ")
MAGIC, VERSION = 0x4E465347, 1
HELLO, SUBSCRIBE, SNAPSHOT_BEGIN, SNAPSHOT_END, FLOWS, PASS = range(1, 7)
PATIENCE_S = 10


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def message(key, kind, sequence, body=b"", version=VERSION):
    data = HEADER.pack(MAGIC, version, kind, 0, len(body), sequence) + body
    return data + mac(key, data)


def hello(nonce, group=GROUP, pod=ME):
    return nonce + bytes([len(group)]) + group + bytes([len(pod)]) + pod


class Peer:
    def __init__(self, port):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(("127.0.0.1", port))
        self.sent = self.heard = 0
        self.write_key = self.read_key = KEY

    def read(self, n):
        data = b""
        while len(data) < n:
            more = self.socket.recv(n - len(data))
            if not more:
                raise ConnectionError("closed")
            data += more
        return data

    def hear(self):
        """(kind, body), authentic and in order."""
        header = self.read(HEADER.size)
        magic, version, kind, _, length, sequence = HEADER.unpack(header)
        body, code = self.read(length), self.read(32)
        assert (magic, version, sequence) == (MAGIC, VERSION, self.heard), "not the next message"
        assert hmac.compare_digest(code, mac(self.read_key, header + body)), "not authentic"
        self.heard += 1
        return kind, body

    def say(self, kind, body=b""):
        self.socket.sendall(message(self.write_key, kind, self.sent, body))
        self.sent += 1

    def greet(self):
        mine = hello(os.urandom(32))
        self.say(HELLO, mine)
        kind, theirs = self.hear()
        assert kind == HELLO

        def padded(body):
            """As the keys are made of: names with zeros behind them."""
            group, pod = body[33:33 + body[32]], body[34 + body[32]:]
            return body[:32] + group.ljust(64, b"\0") + pod.ljust(64, b"\0")

        said = padded(mine) + padded(theirs)
        self.write_key, self.read_key = mac(KEY, b"c" + said), mac(KEY, b"s" + said)
        self.sent = self.heard = 0


def hear(port, flows):
    peer, seen = Peer(port), set()
    peer.greet()
    peer.say(SUBSCRIBE)
    assert peer.hear()[0] == SNAPSHOT_BEGIN
    kind = None
    while kind != SNAPSHOT_END:
        kind, body = peer.hear()
        if kind == FLOWS:
            _, size, _, count = struct.unpack_from(">IBBH", body)
            seen.update(body[8 + i * size:8 + i * size + 21] for i in range(count))
    assert len(seen) >= flows, f"{len(seen)} flows"
    while peer.hear()[0] != PASS:
        pass
    print(len(seen))


def is_refused(port, *data):
    """Whether the connection is closed without an answer."""
    peer = Peer(port)
    for part in data:
        try:
            peer.socket.sendall(part)
        except OSError:
            return True
    try:
        return peer.socket.recv(1) == b""
    except ConnectionError:
        return True


def hostile(port):
    nonce = os.urandom(32)
    good = message(KEY, HELLO, 0, hello(nonce))
    turned = bytearray(good)
    turned[-1] ^= 1
    for what, *data in [
        ("another protocol", b"GET / HTTP/1.0\r\n\r\n"),
        ("another version", message(KEY, HELLO, 0, hello(nonce), version=2)),
        ("another key", message(bytes(32), HELLO, 0, hello(nonce))),
        ("a turned bit", bytes(turned)),
        ("a gigabyte", HEADER.pack(MAGIC, VERSION, HELLO, 0, 1 << 30, 0)),
        ("a long message", HEADER.pack(MAGIC, VERSION, HELLO, 0, 8192, 0) + bytes(8192)),
        ("another group", message(KEY, HELLO, 0, hello(nonce, group=b"firewalls"))),
        ("no member", message(KEY, HELLO, 0, hello(nonce, pod=b"gw9"))),
        ("a name that is too long", message(KEY, HELLO, 0, nonce + b"\xff" + GROUP)),
        ("no greeting", message(KEY, SUBSCRIBE, 0)),
        ("noise", os.urandom(4096)),
    ]:
        assert is_refused(port, *data), f"{what} was answered"
    replayed = Peer(port)  # it can greet as another did, and get no further
    replayed.socket.sendall(good)
    assert replayed.hear()[0] == HELLO
    replayed.socket.sendall(message(KEY, SUBSCRIBE, 0))
    assert replayed.socket.recv(1) == b"", "a session without its key"


def deaf(port):
    peer, deadline = Peer(port), time.monotonic() + 60
    peer.greet()
    try:
        while time.monotonic() < deadline:
            peer.say(SUBSCRIBE)
            time.sleep(0.05)  # the rhythm, not a wait
    except OSError:
        return
    sys.exit("never cut off")


if __name__ == "__main__":
    {"hear": hear, "hostile": hostile, "deaf": deaf}[sys.argv[1]](*map(int, sys.argv[2:]))
