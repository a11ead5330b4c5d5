#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: flows spread over two firewall pods, both directions of a flow through the same one; with one of them
# taken out of the pool all traffic takes the other.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
hosts 1
pod gw1 gateway
pod gw2 gateway
pod fw1 firewall
pod fw2 firewall
apply --firewalls fw1,fw2 gw1 gw2 fw1 fw2
for p in gw1 gw2 fw1 fw2; do wait_for "links of $p" links_up "$p"; done

echo hello >index.html
background in_ns s1 python3 -m http.server --directory "$LAB" 80 >/dev/null 2>&1
wait_for "web server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
for ((i = 0; i < 40; i++)); do # 40 flows, each a port of its own
	[ "$(in_ns c1 curl -s -m 5 http://10.2.0.2/index.html)" = hello ] || fail "request $i"
done
for p in fw1 fw2; do
	read -r forward reverse invalid < <(counter "$p" '.views[0] |
		([.edges[] | select(.direction == "DIRECTION_FORWARD") | .packets | tonumber] | add | tostring) + " " +
		([.edges[] | select(.direction == "DIRECTION_REVERSE") | .packets | tonumber] | add | tostring) + " " +
		([.drops[]? | .packets | tonumber] | add // 0 | tostring)')
	[ "$forward" -gt 0 ] && [ "$reverse" -gt 0 ] || fail "$p carried $forward forward, $reverse back"
	[ "$invalid" = 0 ] || fail "$p dropped $invalid: a flow came back another way"
done

apply --generation 2 --firewalls fw1 --view 2:v2 gw1 gw2 fw1
kill_pod fw2
wait_for "traffic by the other" in_ns c1 curl -s -m 1 http://10.2.0.2/index.html
