#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""UDP flows that know what became of each of their packets.

    echo_flows.py serve PORT                  sends every datagram back
    echo_flows.py ask ADDRESS PORT FLOWS [SOURCE [FIRST_PORT]]
                                              until SIGINT: flows send their questions in turn, each its next one when the
                                              last is answered, at most 1024 at a time (more would be lost in the hosts); one
                                              has room for 64,000 flows; with FIRST_PORT they are the same flows each time

`ask` prints JSON at the end: questions asked and answered, those lost (no answer within 2 s), and round trip times in
microseconds. A question's payload is the flow's number and its own, big-endian, so that captures can be read.
"""

import collections
import json
import select
import signal
import socket
import struct
import sys
import time

QUESTION = struct.Struct(">IQ")
PATIENCE_S = 2
WINDOW = 1024


def serve(port):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    server.bind(("0.0.0.0", port))
    while True:
        data, peer = server.recvfrom(2048)
        server.sendto(data, peer)


class Flow:
    def __init__(self, number, address, port, source, source_port):
        self.number = number
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((source, source_port))
        self.socket.connect((address, port))
        self.socket.setblocking(False)
        self.asked = 0
        self.waits_since = None

    def ask(self, now):
        self.asked += 1
        self.waits_since = now
        try:
            self.socket.send(QUESTION.pack(self.number, self.asked))
        except OSError:
            pass  # no room, or an ICMP error about the last one: lost like any other

    def hear(self):
        """True when the question under way is answered; an older answer was given up before."""
        try:
            return QUESTION.unpack(self.socket.recv(2048)) == (self.number, self.asked)
        except OSError:
            return False


class Load:
    def __init__(self, address, port, flows, source="0.0.0.0", first_port=0):
        self.flows = [Flow(n, address, port, source, first_port and first_port + n) for n in range(flows)]
        self.poll = select.epoll()
        self.by_fd = {flow.socket.fileno(): flow for flow in self.flows}
        for fd in self.by_fd:
            self.poll.register(fd, select.EPOLLIN)
        self.idle = collections.deque(self.flows)
        self.waiting = 0
        self.stopping = False
        self.answered = self.lost = 0
        self.round_trips = []

    def stop(self, *_):
        self.stopping = True

    def ask_more(self):
        while self.idle and self.waiting < WINDOW and not self.stopping:
            self.waiting += 1
            self.idle.popleft().ask(time.monotonic())

    def rest(self, flow):
        flow.waits_since = None
        self.waiting -= 1
        self.idle.append(flow)

    def note_answers(self, timeout_s):
        for fd, _ in self.poll.poll(timeout_s):
            flow, now = self.by_fd[fd], time.monotonic()
            if flow.hear() and flow.waits_since is not None:
                self.answered += 1
                self.round_trips.append(now - flow.waits_since)
                self.rest(flow)

    def give_up_on_lost(self):
        now = time.monotonic()
        for flow in self.flows:
            if flow.waits_since is not None and now - flow.waits_since > PATIENCE_S:
                self.lost += 1
                self.rest(flow)

    def run(self):
        next_look = 0
        self.ask_more()
        while self.waiting or not self.stopping:  # all may be lost at once
            self.note_answers(0.1)
            self.ask_more()
            if time.monotonic() > next_look:
                self.give_up_on_lost()
                next_look = time.monotonic() + 0.1

    def report(self):
        times = sorted(self.round_trips) or [0]

        def at(part):
            return round(times[min(len(times) - 1, int(len(times) * part))] * 1e6)

        return {"asked": sum(flow.asked for flow in self.flows), "answered": self.answered, "lost": self.lost,
                "us_p50": at(0.5), "us_p99": at(0.99), "us_max": at(1)}


def main():
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    load = Load(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:6], *map(int, sys.argv[6:]))
    signal.signal(signal.SIGINT, load.stop)
    load.run()
    print(json.dumps(load.report()))


if __name__ == "__main__":
    main()
