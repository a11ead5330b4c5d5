#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: real hosts speak IPv6 through the chain: they find their router, ping it and each other, move TCP, learn the way's
# MTU from its answers, and send datagrams in fragments; what no rule allows does not pass.
. "$(dirname "$0")/_lib.sh"

chain --ipv6 --mtu 1400 --rules icmpv6,tcp/5201,udp/5201,tcp/80
host6 c1 fd00:1::2 fd00:1::1
host6 s1 fd00:2::2 fd00:2::1

in_ns c1 ping -6 -q -c 3 -i 0.05 -W 2 fd00:1::1 >/dev/null || fail "the router does not answer"
in_ns c1 ping -6 -q -c 5 -i 0.05 -W 2 fd00:2::2 >/dev/null || fail "ping"

in_ns c1 ping -6 -c 1 -W 2 -M do -s 1400 fd00:2::2 >ptb.log 2>&1 && fail "1448 bytes passed a way of 1364"
in_ns c1 ip -6 route get fd00:2::2 | grep -q 'mtu 1364' || fail "the way's MTU was not learned"
in_ns c1 ping -6 -q -c 3 -i 0.05 -W 2 -s 4000 fd00:2::2 >/dev/null || fail "ping in fragments"

background in_ns s1 iperf3 -s >/dev/null 2>&1
wait_for "iperf3" in_ns s1 sh -c 'ss -ltn | grep -q :5201'
in_ns c1 timeout 20 iperf3 -6 -c fd00:2::2 -t 2 -J >iperf.json || fail "iperf3 over TCP"
mbps=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' iperf.json)
[ "$mbps" -gt 0 ] || fail "iperf3 moved nothing"
in_ns c1 timeout 20 iperf3 -6 -c fd00:2::2 -u -b 5M -l 4000 -t 2 -J >udp.json || fail "iperf3 over UDP in fragments"
[ "$(jq '.end.sum.packets - .end.sum.lost_packets' udp.json)" -gt 0 ] || fail "no datagram in fragments came"

echo hello >index.html
background in_ns s1 python3 -m http.server --bind :: --directory "$LAB" 80 >/dev/null 2>&1
background in_ns s1 python3 -m http.server --bind :: --directory "$LAB" 81 >/dev/null 2>&1
wait_for "web servers" in_ns s1 sh -c 'ss -ltn | grep -q :80 && ss -ltn | grep -q :81'
[ "$(in_ns c1 curl -s -m 5 'http://[fd00:2::2]/index.html')" = hello ] || fail "HTTP"
in_ns c1 curl -s -m 1 'http://[fd00:2::2]:81/index.html' && fail "TCP 81 passed"

denied=$(counter fw1 '[.views[].drops[]? | select(.reason == "DROP_REASON_DENIED") | .packets | tonumber] | add // 0')
[ "$denied" -gt 0 ] || fail "the denied packets are not counted"
echo "IPv6: TCP $mbps Mbit/s, $(jq '.end.sum | "\(.packets - .lost_packets) of \(.packets)"' udp.json) datagrams in fragments, $denied denied"
