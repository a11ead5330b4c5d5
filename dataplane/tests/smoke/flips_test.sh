#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: 10,000 flips in a row between two views under load lose no packet, move no flow, show no packet two views and
# close both views' sums.
. "$(dirname "$0")/_lib.sh"

FLIPS=${FLIPS:-10000}
ip netns add "$DUT"
hosts 1
for p in gw1 gw2; do pod "$p" gateway; done
for p in fw1 fw2; do pod "$p" firewall; done
"$HERE/flips.py" start
for p in gw1 gw2 fw1 fw2; do wait_for "links of $p" links_up "$p"; done

background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 64 >load.json
load=$!
carried() { [ "$(counter gw1 '.views[0].injected_packets')" -gt 1000 ]; }
wait_for "packets" carried

"$HERE/flips.py" "$FLIPS" >flips.txt || fail "$(cat flips.txt)"
kill -INT "$load" && wait "$load"
[ "$(jq .lost load.json)" = 0 ] || fail "packets lost: $(cat load.json)"
"$HERE/flips.py" check >check.txt 2>&1 || fail "$(cat check.txt)"
flows=$(for p in fw1 fw2; do counter "$p" '.tenants[0].flows'; done | awk '{ s += $1 } END { print s }')
[ "$flows" = 65 ] || fail "64 flows and a ping are in the firewalls' tables $flows times: some moved"
echo "$FLIPS flips: $(cat flips.txt); $(cat check.txt); round trip p50 $(jq .us_p50 load.json) us, longest $(jq .us_max load.json) us"
