#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: packets that the wire between two pods loses are what is missing in the view's conservation sum, to the packet.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
hosts 1
for p in gw1 gw2; do pod "$p" gateway; done
pod fw1 firewall
apply --wire gw1--fw1 gw1 gw2 fw1
"$NFAAS_BUILD/tools/nfaas-wire" --a gw1.fw1.wire --b fw1.gw1.wire --lose-every 101 >wire.json 2>wire.log &
wire=$!
PIDS+=("$wire")
for p in gw1 gw2 fw1; do wait_for "links of $p" links_up "$p"; done

background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2 # so that no packet waits for a neighbour
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 200 >load.json
load=$!
carried() { [ "$(counter gw1 '.views[0].injected_packets')" -gt 20000 ]; }
wait_for "packets" carried
kill -INT "$load" && wait "$load"
kill -TERM "$wire" && wait "$wire"

sum() { for p in gw1 gw2 fw1; do counter "$p" "$1"; done | awk '{ s += $1 } END { print s }'; }
missing=$(($(sum '.views[0].injected_packets') - $(sum '.views[0].left_packets') -
	$(sum '[.views[0].drops[]?.packets | tonumber] | add // 0')))
lost=$(jq '[.[] | .lost + .refused] | add' wire.json)
[ "$lost" -gt 100 ] || fail "the wire lost only $lost"
[ "$missing" = "$lost" ] || fail "$missing packets are missing in the sum, the wire lost $lost"
[ "$(jq .lost load.json)" = "$lost" ] || fail "the hosts miss other packets than the wire lost: $(cat load.json)"
echo "$lost packets lost by the wire, $missing missing in the sum; $(jq .answered load.json) questions answered"
