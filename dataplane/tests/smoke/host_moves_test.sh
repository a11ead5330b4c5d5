#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a host that comes back with another MAC is reachable as soon as it has asked for its router.
. "$(dirname "$0")/_lib.sh"

chain
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
ip -n "$ID-s1" link set eth0 down
ip -n "$ID-s1" link set eth0 address 02:00:00:00:77:77
ip -n "$ID-s1" link set eth0 up
ip -n "$ID-s1" route replace default via 10.2.0.1
wait_for "the router" in_ns s1 ping -q -c 1 -W 1 10.2.0.1
in_ns c1 ping -q -c 1 -W 1 10.2.0.2 >/dev/null || fail "packets still go to the old MAC"
