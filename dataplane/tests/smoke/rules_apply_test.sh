#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: while a firewall is given 10,000 other rules, again and again, packets pass it all the time and none is lost.
. "$(dirname "$0")/_lib.sh"

FLOWS=16
chain
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >load.json
load=$!
carried() { [ "$(counter gw1 '.views[0].injected_packets')" -gt 1000 ]; }
wait_for "packets" carried

"$HERE/rules_apply.py" 10 $FLOWS >applies.txt 2>&1 || fail "$(cat applies.txt)"
kill -INT "$load" && wait "$load"
[ "$(jq .lost load.json)" = 0 ] || fail "packets lost: $(cat load.json)"
drops=$(counter fw1 '[.views[].drops[]?.packets | tonumber] | add // 0')
[ "$drops" = 0 ] || fail "$drops packets dropped"
echo "$(cat applies.txt); longest round trip $(jq .us_max load.json) us"
