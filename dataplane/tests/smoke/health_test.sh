#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a firewall pod that freezes, its links still up, is out within ten probe intervals; only its flows move, and none
# moves when it is back.
. "$(dirname "$0")/_lib.sh"

FLOWS=300 INTERVAL_MS=100
ip netns add "$DUT"
hosts 1
for p in gw1 gw2; do pod "$p" gateway; done
for p in fw1 fw2 fw3; do pod "$p" firewall; done
apply --firewalls fw1,fw2,fw3 --health $INTERVAL_MS:4 gw1 gw2 fw1 fw2 fw3
for p in gw1 gw2 fw1 fw2 fw3; do wait_for "links of $p" links_up "$p"; done
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
pinged=$(counter fw2 '.tenants[0].flows // 0') # 1 if the ping went there: that flow will not go on
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >load.json
load=$!

flows() { for p in "$@"; do counter "$p" '.tenants[0].flows // 0'; done | awk '{ s += $1 } END { print s }'; }
injected() { counter gw1 '.views[0].injected_packets'; }
all_open() { [ "$(flows fw1 fw2 fw3)" -gt $FLOWS ]; } # the ping's too
more() { [ "$(injected)" -gt $((mark + 5000)) ]; }
is_dead() { [ "$(counter "$1" '.ports[] | select(.name == "fw2") | .dead')" = true ]; }
is_alive() { ! is_dead "$1"; }

wait_for "all flows" all_open
its=$(($(flows fw2) - pinged)) others=$(flows fw1 fw3)
[ "$its" -gt $((FLOWS / 6)) ] || fail "only $its flows on fw2"
kill -STOP "${POD_PID[fw2]}"
start=$(date +%s%3N)
for p in gw1 gw2; do wait_for "$p to find fw2 dead" is_dead "$p"; done
found=$(sed -n 's/^time=\([^ ]*\) .*neighbour is dead.*/\1/p' gw1.log gw2.log | sort | tail -n 1)
took=$(($(date -d "$found" +%s%3N) - start))
moved() { [ "$(flows fw1 fw3)" -ge $((its + others)) ]; }
wait_for "its flows elsewhere" moved
mark=$(injected)
wait_for "packets" more
[ "$(flows fw1 fw3)" = $((its + others)) ] || fail "others' flows moved too: $others and $its became $(flows fw1 fw3)"
answered=$(counter gw1 '.ports[] | select(.name == "fw1") | .probes_answered')
[ "$(counter gw1 '[.ports[].deaths // 0 | tonumber] | add')" = 1 ] || fail "another was found dead"
[ $((took / INTERVAL_MS)) -le 10 ] || fail "it took $((took / INTERVAL_MS)) intervals"

kill -CONT "${POD_PID[fw2]}"
for p in gw1 gw2; do wait_for "$p to find fw2 alive" is_alive "$p"; done
mark=$(injected)
wait_for "packets" more
[ "$(flows fw1 fw3)" = $((its + others)) ] || fail "flows moved when fw2 was back"
kill -INT "$load" && wait "$load"
lost=$(jq .lost load.json)
[ "$lost" -le "$its" ] || fail "$lost questions lost; only fw2's $its flows had one under way"
echo "fw2 with $its of $FLOWS flows out after $took ms; $others others stayed; $lost questions lost of $(jq .asked load.json); $answered probes answered"
