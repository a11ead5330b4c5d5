#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a firewall pod that is replaced by another one of its group loses no established connection, also where only what
# the old one knew lets the packets pass; without sharing all are lost.
. "$(dirname "$0")/_lib.sh"

FLOWS=1000
ip netns add "$DUT"
ip -n "$DUT" link set lo up
hosts 1
for p in gw1 gw2 gw3; do pod "$p" gateway; done
ip link add c1b netns "$DUT" type veth peer name c1c netns "$DUT" # gw3's, which has no host here

states() { "$HERE/state_group.py" "$1" --rules tcp/80 "${@:2}"; }
said() { grep -q "$2" "$1"; }
synced() { [ "$("$CTL" --control fw2.ctl hello | jq .synced)" = true ]; }
caught_up() { [ "$(counter fw2 '.state_group.members[0].lag_ms // 0 | tonumber')" -lt 1000 ]; }
flows() { counter "$1" '.tenants[0].flows // 0'; }

# replace [--share PODS]: how many of the connections went on is in $went_on
replace() {
	pod fw1 firewall
	states $((generation + 1)) "$@" --firewalls fw1 gw1 gw2 gw3 fw1
	wait_for "links of fw1" links_up fw1
	background in_ns s1 "$HERE/tcp_flows.py" serve 80 $FLOWS >server.txt
	server=$!
	wait_for "server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
	background in_ns c1 "$HERE/tcp_flows.py" connect 10.2.0.2 80 $FLOWS
	client=$!
	wait_for "connections" said server.txt all

	pod fw2 firewall # the new one takes a snapshot before it gets any weight
	states $((generation + 2)) "$@" --firewalls fw1 fw2
	wait_for "fw2 to know what fw1 knows" synced
	states $((generation + 3)) "$@" --firewalls fw1:0,fw2 gw1 gw2 gw3 fw1 fw2
	wait_for "links of fw2" links_up fw2
	[ $# = 0 ] || wait_for "what came since" caught_up
	states $((generation + 4)) "$@" --firewalls fw2 gw1 gw2 gw3 fw2
	kill_pod fw1
	kill -USR1 $server && wait $server
	kill $client 2>/dev/null || true # it ends by itself when its connections do
	kill_pod fw2
	went_on=$(sed -n 's/ of .*//p' server.txt)
	generation=$((generation + 4))
}

generation=0
replace
[ "$went_on" = 0 ] || fail "$went_on connections went on without sharing: the test shows nothing"
replace --share fw1,fw2
[ "$went_on" = $FLOWS ] || fail "only $went_on of $FLOWS connections went on"
echo "fw1 replaced by fw2: $went_on of $FLOWS established connections went on, none without sharing"
