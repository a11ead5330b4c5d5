#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two views of tenant 1, and what becomes of the flows of the first.

    keep_flows.py both GENERATION      both are programmed, all new packets to the first
    keep_flows.py keep GENERATION      new flows to the second; those of the first stay there
    keep_flows.py release GENERATION   all to the second
    keep_flows.py closes UID           waits until the view's sum closes
"""

import os
import sys

from scenario import connect, state, wait_until_closed

PODS = ["gw1", "gw2", "fw1"]
VIEWS = [(1, "v1"), (2, "v2")]


def desired(pod, generation, step):
    message = state(pod, generation, views=VIEWS, shares=[(1, 100), (2, 0)] if step == "both" else [(1, 0), (2, 100)])
    for attachment in (a for tenant in message.tenants for a in tenant.attachments):
        attachment.ingress[0].keep_flows = step != "release"
    return message


def main():
    clients = {pod: connect(os.environ["LAB"], pod) for pod in PODS}
    if sys.argv[1] == "closes":
        print("{} in, {} out, {} dropped".format(*wait_until_closed(clients, sys.argv[2])))
        return
    for pod, client in clients.items():
        client.apply(desired(pod, int(sys.argv[2]), sys.argv[1]))


if __name__ == "__main__":
    main()
