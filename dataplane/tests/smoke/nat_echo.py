#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tells who is seen outside a NAT: `serve` answers every TCP line and UDP datagram on port 7000 with its sender's address and
port; `hold FIFO` keeps a connection and asks by it for every line of the FIFO; `ask SOURCE` asks by UDP; `refused PORT` tells
whether the answer to a datagram is that nobody listens there."""
import select
import socket
import sys

PORT = 7000
SERVER = "10.2.0.2"


def serve():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("", PORT))
    listener = socket.create_server(("", PORT))
    ready = [udp, listener]
    while True:
        for one in select.select(ready, [], [])[0]:
            if one is listener:
                ready.append(listener.accept()[0])
            elif one is udp:
                peer = udp.recvfrom(2048)[1]
                udp.sendto("{} {}".format(*peer).encode(), peer)
            elif one.recv(2048):
                one.sendall("{} {}\n".format(*one.getpeername()).encode())
            else:
                ready.remove(one)
                one.close()


def hold(fifo):
    with socket.create_connection((SERVER, PORT), timeout=5) as tcp, open(fifo) as lines:
        for _ in lines:
            tcp.sendall(b"who\n")
            print(tcp.recv(2048).decode().strip(), flush=True)


def ask(source):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.bind((source, 5000))
        udp.sendto(b"who", (SERVER, PORT))
        print(udp.recv(2048).decode())


def refused(port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.settimeout(5)
        udp.connect((SERVER, port))
        udp.send(b"anybody")
        try:
            udp.recv(2048)
        except ConnectionRefusedError:
            return 0
    return 1


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    sys.exit({"serve": serve, "hold": hold, "ask": ask, "refused": lambda p: refused(int(p))}[command](*arguments))
