#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Moves all new packets from one of two programmed views to the other and back, at both gateways.

    flips.py start    programs both views, starts a capture at each gateway
    flips.py N        flips N times in a row
    flips.py check    ends the captures; what is wrong with any packet, flow or sum is the exit's message
"""

import os
import sys
import time

from pcapng_reader import questions
from scenario import connect, conserved, pb, state

GATEWAYS = ["gw1", "gw2"]
PODS = [*GATEWAYS, "fw1", "fw2"]
VIEWS = [(1, "v1"), (2, "v2")]
CAPTURED_MAX = 2_000_000


def desired(pod, generation, share):
    return state(pod, generation, firewalls=("fw1", "fw2"), views=VIEWS, shares=[(share, 100)])


def flip_all(clients, flips):
    states = [{pod: desired(pod, 1, view) for pod in GATEWAYS} for view, _ in VIEWS]
    times = []
    for n in range(flips):
        for pod in GATEWAYS:
            message = states[(n + 1) % 2][pod]
            message.generation = n + 2
            start = time.monotonic()
            clients[pod].apply(message)
            times.append(time.monotonic() - start)
    return sorted(times)


def check_packets(folder):
    """Every question and every answer: one view at both gateways; every flow: one firewall for its whole life."""
    views, backends = {}, {}
    for pod in GATEWAYS:
        for q in questions(os.path.join(folder, f"{pod}.pcapng")):
            packet = (q.flow, q.number, q.forward)
            if views.setdefault(packet, q.view) != q.view:
                sys.exit(f"{packet} was seen in views {views[packet]} and {q.view}")
            if q.forward and pod == "gw1" and backends.setdefault(q.flow, q.destination) != q.destination:
                sys.exit(f"flow {q.flow} moved")
    by_view = [sum(1 for view in views.values() if view == v) for v, _ in VIEWS]
    return len(views), by_view, len(backends), len(set(backends.values()))


def check_sums(clients):
    """[injected] by view, after checking that each sum closes without a drop."""
    injected = []
    for _, uid in VIEWS:
        into, out, drops = conserved(clients, uid)
        if drops or into != out:
            sys.exit(f"{uid}: {into} injected, {out} left, {drops} dropped")
        injected.append(into)
    return injected


def start(clients):
    """Both views everywhere, all packets by the first; each gateway's capture runs."""
    for pod in PODS:
        clients[pod].apply(desired(pod, 1, VIEWS[0][0]))
    for pod in GATEWAYS:
        path = os.path.join(os.environ["LAB"], f"{pod}.pcapng")
        clients[pod].ask(capture_start=pb.CaptureStartRequest(path=path, max_packets=CAPTURED_MAX, snap_length=128))


def check(clients):
    for pod in GATEWAYS:
        clients[pod].ask(capture_stop=pb.CaptureStopRequest())
    captured, by_view, flows, pods = check_packets(os.environ["LAB"])
    injected = check_sums(clients)
    if captured < 0.8 * sum(injected) or min(by_view) < 0.1 * captured or pods != 2:
        sys.exit(f"too little was seen: {captured} of {injected}, {by_view}, {flows} flows on {pods} firewalls")
    print(f"{sum(injected)} packets carried, {captured} of them captured ({by_view[0]} and {by_view[1]} by view), "
          f"{flows} flows on {pods} firewalls")


def main():
    clients = {pod: connect(os.environ["LAB"], pod) for pod in PODS}
    if sys.argv[1] == "start":
        start(clients)
    elif sys.argv[1] == "check":
        check(clients)
    else:
        times = flip_all(clients, int(sys.argv[1]))
        print(f"a flip of one gateway took {times[len(times) // 2] * 1e3:.1f} ms (median), {times[-1] * 1e3:.1f} ms at most")


if __name__ == "__main__":
    main()
