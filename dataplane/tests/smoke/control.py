#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Says wrong things to a control socket and checks what comes back. One line per guarantee that does not hold."""

import os
import struct
import sys

from scenario import connect, pb, state
from dataplane_client import DataplaneError

LAB = os.environ["LAB"]
failures = 0


def check(what, holds):
    global failures
    if not holds:
        failures += 1
        print(f"not so: {what}")


def refusal(desired):
    try:
        connect(LAB, "fw1").apply(desired)
    except DataplaneError as error:
        return error
    return None


def malformed(what, data):
    """The bytes get MALFORMED and the end of the connection; the process goes on."""
    client = connect(LAB, "fw1")
    client.send_bytes(data)
    check(f"{what}: MALFORMED", client.receive().error.code == pb.ERROR_CODE_MALFORMED)
    try:
        check(f"{what}: closed", client.socket.recv(1) == b"")
    except ConnectionError:
        pass  # closed with bytes unread
    check(f"{what}: process alive", connect(LAB, "fw1").hello().pod == "fw1")


def bad_bytes():
    malformed("garbage", struct.pack(">I", 8) + b"\xff" * 8)
    malformed("length above 16 MiB", struct.pack(">I", (16 << 20) + 1))
    malformed("HTTP", b"GET / HTTP/1.1\r\n\r\n")
    half = connect(LAB, "fw1")
    half.send_bytes(struct.pack(">I", 100) + b"half")
    half.socket.close()
    check("half a message: process alive", connect(LAB, "fw1").hello().pod == "fw1")


def pieces_and_batches():
    client, hello = connect(LAB, "fw1"), pb.Request(id=7, hello=pb.HelloRequest()).SerializeToString()
    for byte in struct.pack(">I", len(hello)) + hello:
        client.send_bytes(bytes([byte]))
    check("a message byte by byte", client.receive().id == 7)
    client.send_bytes((struct.pack(">I", len(hello)) + hello) * 3)
    check("three messages at once", [client.receive().id for _ in range(3)] == [7, 7, 7])
    client.send_bytes(struct.pack(">I", 0))
    check("an empty request: UNSUPPORTED", client.receive().error.code == pb.ERROR_CODE_UNSUPPORTED)
    clients = [connect(LAB, "fw1") for _ in range(10)]
    check("ten clients", all(c.hello().pod == "fw1" for c in clients))


def bad_states():
    generation = connect(LAB, "fw1").hello().generation
    stale = refusal(state("fw1", generation - 1))
    check("an older generation: STALE_GENERATION", stale and stale.code == "STALE_GENERATION")
    cordon = refusal(state("fw1", generation + 1, views=[(1, "v1"), (2, "v2")], cordoned=True))
    check("a new view on a cordoned pod: CORDONED, named", cordon and cordon.code == "CORDONED" and
          (cordon.error.tenant_id, cordon.error.view_id) == (1, 2))
    same = refusal(state("fw1", generation + 1, views=[(1, "v1")], cordoned=True))
    check("a cordoned pod keeps what it has", same is None)
    no_port = state("fw1", generation + 2)
    no_port.edge_ports.add(name="nowhere", interface="nowhere0")
    failed = refusal(no_port)
    check("a missing interface: PORT_FAILED, named", failed and failed.code == "PORT_FAILED" and
          "nowhere0" in failed.error.message and failed.error.field == "edge_ports[0]")
    folder = state("fw1", generation + 2)
    folder.fabric.links[0].memif.socket = "no/such/folder.sock"
    folder.fabric.links[0].memif.server = True
    check("a socket nowhere: PORT_FAILED", getattr(refusal(folder), "code", "") == "PORT_FAILED")
    mac = state("fw1", generation + 2)
    mac.fabric.links[1].mac = b"\1\2"
    bad = refusal(mac)
    check("a bad MAC: INVALID_ARGUMENT, named", bad and bad.code == "INVALID_ARGUMENT" and
          bad.error.field == "fabric.links[1].mac")
    many = state("fw1", generation + 2, tenants=range(1, 10))
    check("too many tenants: LIMIT_EXCEEDED", getattr(refusal(many), "code", "") == "LIMIT_EXCEEDED")
    check("the generation is the applied one", connect(LAB, "fw1").hello().generation == generation + 1)


def main():
    bad_bytes()
    pieces_and_batches()
    bad_states()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
