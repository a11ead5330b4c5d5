#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A server of direct server return: takes tenants' packets out of plain GRE (RFC 2784, RFC 2890; over IPv6 RFC 7676) and gives them to its kernel,
which answers their senders by its own routes.

    gre_server.py KEY 4|6    a tunnel interface gre0, of GRE in IPv4 or IPv6; other keys and other protocols than IPv4 end it
"""

import fcntl
import os
import socket
import struct
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
K_BIT, IPV4 = 0x2000, 0x0800


def main():
    key = int(sys.argv[1], 0)
    tunnel = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tunnel, TUNSETIFF, struct.pack("16sH", b"gre0", IFF_TUN | IFF_NO_PI))
    outside_ipv6 = sys.argv[2] == "6"
    gre = socket.socket(socket.AF_INET6 if outside_ipv6 else socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_GRE)
    gre.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    while True:
        packet = gre.recv(65535)
        at = 0 if outside_ipv6 else 4 * (packet[0] & 15)  # of IPv6 the kernel keeps the header
        header = struct.unpack_from(">HHI", packet, at)
        if header != (K_BIT, IPV4, key):
            sys.exit(f"flags, protocol and key are {[hex(field) for field in header]}")
        try:
            os.write(tunnel, packet[at + 8:])
        except OSError:
            pass  # the interface is not up yet


if __name__ == "__main__":
    main()
