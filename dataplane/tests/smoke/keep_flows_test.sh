#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: when shares move, flows that are kept stay in their view and new ones take the new view, both ways; when they are
# not kept any more, all go there. No packet is lost, and the old view's sum closes.
. "$(dirname "$0")/_lib.sh"

FLOWS=50
chain --view 1:v1
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
injected() { for p in gw1 gw2; do counter "$p" "[.views[] | select(.uid == \"$1\") | .injected_packets | tonumber] | add // 0"; done | awk '{ s += $1 } END { print s }'; }
grown() { [ "$(injected "$1")" -gt $(($2 + $3)) ]; }
flip() { "$HERE/keep_flows.py" "$@"; }

flip both 2
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >old.json
old=$!
wait_for "flows in the old view" grown v1 0 2000
flip keep 3
mark=$(injected v1)
wait_for "kept flows" grown v1 "$mark" 5000
[ "$(injected v2)" = 0 ] || fail "$(injected v2) packets of kept flows are in the new view"
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >new.json
new=$!
wait_for "new flows" grown v2 0 2000
kept() { [ "$(counter gw1 '.views[] | select(.uid == "v1") | .kept_flows // 0')" -ge $FLOWS ]; }
wait_for "the count of kept flows" kept
flip release 4
mark=$(injected v1)
wait_for "all flows in the new view" grown v2 "$(injected v2)" 5000
after=$(injected v1)
for load in "$old" "$new"; do kill -INT "$load" && wait "$load"; done
[ "$after" = "$mark" ] || fail "$((after - mark)) packets entered the old view after it was released"
lost=$(jq -s 'map(.lost) | add' old.json new.json)
[ "$lost" = 0 ] || fail "$lost questions lost"
flip closes v1 >sum.txt
echo "$FLOWS flows kept while $FLOWS new ones took the new view; $(jq -s 'map(.asked) | add' old.json new.json) questions, 0 lost; old view: $(cat sum.txt)"
