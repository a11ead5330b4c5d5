#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: what the rules allow passes the chain both ways, what they do not allow does not.
. "$(dirname "$0")/_lib.sh"

chain --rules icmp,tcp/80,tcp/5201
in_ns c1 ping -q -c 5 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"

echo hello >index.html
background in_ns s1 python3 -m http.server --directory "$LAB" 80 >/dev/null 2>&1
background in_ns s1 python3 -m http.server --directory "$LAB" 81 >/dev/null 2>&1
wait_for "web servers" in_ns s1 sh -c 'ss -ltn | grep -q :80 && ss -ltn | grep -q :81'
[ "$(in_ns c1 curl -s -m 5 http://10.2.0.2/index.html)" = hello ] || fail "HTTP"
in_ns c1 curl -s -m 1 http://10.2.0.2:81/index.html && fail "TCP 81 passed"

background in_ns s1 iperf3 -s -1 >/dev/null 2>&1
wait_for "iperf3" in_ns s1 sh -c 'ss -ltn | grep -q :5201'
in_ns c1 timeout 20 iperf3 -c 10.2.0.2 -t 3 -J >iperf.json || fail "iperf3"
mbps=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' iperf.json)
[ "$mbps" -gt 0 ] || fail "iperf3 moved nothing"

denied=$(counter fw1 '[.views[].drops[]? | select(.reason == "DROP_REASON_DENIED") | .packets | tonumber] | add // 0')
[ "$denied" -gt 0 ] || fail "the denied packets are not counted"
echo "TCP $mbps Mbit/s, $(jq .end.sum_sent.retransmits iperf.json) retransmits, $denied denied"
