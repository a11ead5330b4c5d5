#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gives a second view a share of the flows, at both gateways, and looks at who sees which.

    canary.py start           programs both views, all flows on the first
    canary.py share PERCENT   moves PERCENT to the second and captures at gw1 what comes from then on
    canary.py seen FLOWS      succeeds once the capture has packets of nearly all FLOWS (it may miss some)
    canary.py check           ends the capture: the share within a percentage point, and no flow back on the first view that was
                              on the second; what is wrong is the exit's message
"""

import json
import os
import sys

from flips import GATEWAYS, PODS, VIEWS
from pcapng_reader import questions
from scenario import connect, pb, state

CAPTURED_MAX = 2_000_000


def path(name):
    return os.path.join(os.environ["LAB"], name)


def read(name, default):
    if not os.path.exists(path(name)):
        return default
    with open(path(name), encoding="utf-8") as file:
        return json.load(file)


def write(name, value):
    with open(path(name), "w", encoding="utf-8") as file:
        json.dump(value, file)


def desired(pod, generation, percent):
    shares = [(1, 100 - percent), (2, percent)]
    return state(pod, generation, firewalls=("fw1", "fw2"), views=VIEWS, shares=[s for s in shares if s[1]])


def share(percent):
    generation = read("generation", 1) + 1
    for pod in GATEWAYS:
        connect(os.environ["LAB"], pod).apply(desired(pod, generation, percent))
    write("generation", generation)
    write("percent", percent)
    request = pb.CaptureStartRequest(path=path("gw1.pcapng"), max_packets=CAPTURED_MAX, snap_length=128)
    connect(os.environ["LAB"], "gw1").ask(capture_start=request)


def flows_by_view():
    """flow number: its view, of the questions on their way there. It may move to the second once, as the first of them may have
    been under way in the first view when the share grew. One that did not stay in its view would also move back."""
    views = {}
    for q in questions(path("gw1.pcapng")):
        if not q.forward:
            continue
        if q.view < views.get(q.flow, q.view):
            sys.exit(f"flow {q.flow} was in view {views[q.flow]} and then in {q.view}")
        views[q.flow] = q.view
    return views


def seen(flows):
    found = len(flows_by_view())
    if found < 0.98 * flows:
        sys.exit(f"{found} of {flows} flows were seen")


def check():
    connect(os.environ["LAB"], "gw1").ask(capture_stop=pb.CaptureStopRequest())
    views, percent = flows_by_view(), read("percent", 0)
    canary = {flow for flow, view in views.items() if view == 2}
    measured = 100 * len(canary) / len(views)
    if abs(measured - percent) > 1:
        sys.exit(f"{measured:.2f} % of {len(views)} flows instead of {percent} %")
    back = set(read("canary", [])) & views.keys() - canary
    if back:
        sys.exit(f"{len(back)} flows went back to the first view")
    write("canary", sorted(canary))
    print(f"{measured:.2f} % for {percent} %")


def main():
    if sys.argv[1] == "start":
        for pod in PODS:
            connect(os.environ["LAB"], pod).apply(desired(pod, 1, 0))
    elif sys.argv[1] == "share":
        share(int(sys.argv[2]))
    elif sys.argv[1] == "seen":
        seen(int(sys.argv[2]))
    else:
        check()


if __name__ == "__main__":
    main()
