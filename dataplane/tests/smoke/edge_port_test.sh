#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: an edge interface that vanishes is counted and reported, stops nobody else, and serves again once it is
# back and the state is applied anew.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
for t in 1 2; do hosts "$t"; done
pod gw1 gateway
pod gw2 gateway
pod fw1 firewall
apply --tenants 1,2 gw1 gw2 fw1
for t in 1 2; do wait_for "tenant $t" in_ns "c$t" ping -q -c 1 -W 1 10.2.0.2; done
port_up() { [ "$(counter gw1 ".ports[] | select(.name == \"$1\") | .up")" = "$2" ]; }

ip -n "$DUT" link set c1 down
wait_for "port down" port_up c1 false
ip -n "$DUT" link set c1 up
wait_for "port up" port_up c1 true
wait_for "tenant 1 after down and up" in_ns c1 ping -q -c 1 -W 1 10.2.0.2

ip netns del "$ID-c1"
wait_for "port gone" port_up c1 false
in_ns c2 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "tenant 2 suffers"
apply --generation 2 --tenants 1,2 gw1 2>error.txt && fail "applied without the interface"
grep -q 'PORT_FAILED edge_ports\[0\].*c1' error.txt || fail "got $(cat error.txt)"
in_ns c2 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "tenant 2 suffers after the refusal"

host c1 10.1.0.2 10.1.0.1 c1
apply --generation 2 --tenants 1,2 gw1
wait_for "tenant 1 again" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
