#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: 50 views replaced in a row under ping every 10 ms and a TCP stream lose no packet, break no connection,
# and each old view's conservation sum closes.
. "$(dirname "$0")/_lib.sh"

chain
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
background in_ns s1 iperf3 -s -1 >/dev/null 2>&1
wait_for "iperf3" in_ns s1 sh -c 'ss -ltn | grep -q :5201'
background in_ns c1 iperf3 -c 10.2.0.2 -t 60 -b 100M -J >iperf.json
stream=$!
background in_ns c1 ping -i 0.01 10.2.0.2 >ping.txt
ping=$!
wait_for "the stream" sh -c "ip netns exec $ID-s1 ss -tn | grep -q ESTAB"

"$HERE/view_swap.py" 50 >swaps.txt || fail "$(cat swaps.txt)"

kill -0 "$stream" || fail "the TCP stream broke: $(jq -r .error iperf.json)"
kill -INT "$ping"
wait "$ping" || true
lost=$(lost_pings ping.txt)
[ "$lost" = 0 ] || fail "$lost of $(grep -c 'bytes from' ping.txt) pings lost"
kill -INT "$stream" && wait "$stream" 2>/dev/null || true
echo "$(cat swaps.txt); $(sed -n 's/ packets transmitted.*//p' ping.txt) pings, 0 lost"
