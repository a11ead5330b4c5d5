#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a canary gets its share of 10,000 flows within a percentage point, every flow stays in one view, and a greater
# share takes flows from the old view only.
. "$(dirname "$0")/_lib.sh"

FLOWS=10000
ip netns add "$DUT"
hosts 1
for p in gw1 gw2; do pod "$p" gateway; done
for p in fw1 fw2; do pod "$p" firewall; done
"$HERE/canary.py" start
for p in gw1 gw2 fw1 fw2; do wait_for "links of $p" links_up "$p"; done

ulimit -n 20000 # one socket a flow
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS 0.0.0.0 20000 >load.json
load=$!
injected() { counter gw1 '[.views[].injected_packets | tonumber] | add'; }
each_twice() { [ "$(injected)" -gt $((2 * FLOWS)) ]; }

wait_for "2 packets of each flow" each_twice
result=
for percent in 1 10 50 90; do
	"$HERE/canary.py" share $percent
	wait_for "packets of all flows at $percent %" "$HERE/canary.py" seen $FLOWS
	result+="$("$HERE/canary.py" check 2>&1), " || fail "at $percent %: $result"
done
kill -INT "$load" && wait "$load"
echo "of $FLOWS flows: ${result%, }; $(jq .answered load.json) questions answered"
