#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The web gateway's smoke test: `apply` tells gw1, gw2 and fw1 a chain with one, `million` tells fw1 a million names more;
`udp-server` echoes datagrams; `split NAME`
sends a ClientHello in three segments; `quic NAME...` sends Initial packets built by another library than the data plane's.
Each NAME is one of a site; evil.* must not get through, all others must."""

import hashlib
import os
import select
import socket
import ssl
import sys

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from scenario import connect, pb, state

SERVER = ("10.2.0.2", 443)
SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001 section 5.2
TIMEOUT = 10


def domain_list(name, *names):
    text = "\n".join(names).encode()
    return pb.DomainList(name=name, digest=hashlib.sha256(text).digest(), names=text)


def chain(pod, generation, deny):
    gateway = pb.WebGateway(allow=["fine"], deny=deny, unlisted=pb.ACTION_ALLOW, hidden=pb.ACTION_DENY,
                            ports=[pb.PortRange(first=p, last=p) for p in (80, 443)])
    desired = state(pod, generation)
    nodes = desired.views[0].nodes
    nodes[1].name, nodes[0].forward[0].to, nodes[2].reverse[0].to = ["web"] * 3
    nodes[1].web_gateway.CopyFrom(gateway)
    desired.domain_lists.extend([domain_list("fine", "cdn.evil.example"),
                                 domain_list("bad", "evil.example", "*.evil.example")])
    return desired


def apply():
    for pod in ("gw1", "gw2", "fw1"):
        connect(os.environ["LAB"], pod).apply(chain(pod, 1, ["bad"]))


def million():
    """More than a message holds: a list at a time, none used before all are there, and then told by digest only."""
    client = connect(os.environ["LAB"], "fw1")
    parts = [domain_list(f"many-{p}", *(f"site-{n}.p{p}.blocked.example" for n in range(500_000))) for p in (0, 1)]
    if sum(len(part.names) for part in parts) <= 16 << 20:
        sys.exit("the names would fit into one message")
    for step in range(3):
        desired = chain("fw1", 2 + step, ["bad"] if step < 2 else ["bad", "many-0", "many-1"])
        for number, part in enumerate(parts[:step + 1]):
            told = desired.domain_lists.add(name=part.name, digest=part.digest)
            if number == step:
                told.names = part.names
        client.apply(desired)


def client_hello(name):
    """As OpenSSL writes it: a record."""
    out = ssl.MemoryBIO()
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    try:
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=name).do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def split(name):
    hello = client_hello(name)
    at = hello.index(name.encode())
    connection = socket.create_connection(SERVER, TIMEOUT)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        for piece in (hello[:3], hello[3:at + 4], hello[at + 4:]):  # in the record's header, in the name
            connection.sendall(piece)
        answer = connection.recv(1)
    except ConnectionResetError:
        answer = b""
    expected = b"" if name.startswith("evil.") else b"\x16"
    if answer != expected:
        sys.exit(f"{name} in three segments: {answer!r}")


def expand(secret, label, length):
    label = b"tls13 " + label
    info = length.to_bytes(2, "big") + bytes([len(label)]) + label + b"\0"
    return HKDFExpand(hashes.SHA256(), length, info).derive(secret)


def initial(cid, message, number, offset):
    """A client's Initial packet with a CRYPTO frame of the message from `offset` on (RFC 9001 appendix A.2)."""
    extract = hmac.HMAC(SALT, hashes.SHA256())
    extract.update(cid)
    client = expand(extract.finalize(), b"client in", 32)
    key, iv, hp = (expand(client, b"quic " + what, n) for what, n in ((b"key", 16), (b"iv", 12), (b"hp", 16)))
    plain = b"\x06" + (0x4000 | offset).to_bytes(2, "big") + (0x4000 | len(message)).to_bytes(2, "big") + message
    plain += bytes(1162 - len(plain))
    header = bytearray(b"\xc3\0\0\0\x01\x08" + cid + b"\0\0" + (0x4000 | 4 + 1162 + 16).to_bytes(2, "big")
                       + number.to_bytes(4, "big"))
    nonce = (int.from_bytes(iv, "big") ^ number).to_bytes(12, "big")
    sealed = AESGCM(key).encrypt(nonce, plain, bytes(header))
    encryptor = Cipher(algorithms.AES(hp), modes.ECB()).encryptor()
    mask = encryptor.update(sealed[:16])
    header[0] ^= mask[0] & 0x0F
    for i in range(4):
        header[len(header) - 4 + i] ^= mask[1 + i]
    return bytes(header) + sealed


def send_initials(name, backwards):
    message = client_hello(name)[5:]
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(SERVER)
    cid = os.urandom(8)
    pieces = [(0, 40), (40, len(message))]
    for number, (start, end) in enumerate(pieces[::-1] if backwards else pieces):
        sender.send(initial(cid, message[start:end], number, start))
    return sender


def quic(names):
    """A tenant's packets keep their order: when the last name's are back, those of the others have been judged."""
    senders = [(name, send_initials(name, backwards)) for name in names for backwards in (True, False)]
    senders[-1][1].settimeout(TIMEOUT)
    for _ in range(2):
        senders[-1][1].recv(2048)
    for name, sender in senders[:-1]:
        back = select.select([sender], [], [], 0)[0] != []
        if back == name.startswith("evil."):
            sys.exit(f"{name} by QUIC: {'' if back else 'not '}answered")


def udp_server():
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(SERVER)
    while True:
        server.sendto(*server.recvfrom(2048))


def main():
    command, *names = sys.argv[1:]
    if command == "apply":
        apply()
    elif command == "million":
        million()
    elif command == "udp-server":
        udp_server()
    elif command == "quic":
        quic(names)
    else:
        for name in names:
            split(name)


if __name__ == "__main__":
    main()
