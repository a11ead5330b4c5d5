#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: while a firewall gets 10,000 other rules again and again, not one packet is lost: rules are built beside the
# packets' way and swapped in.
. "$(dirname "$0")/_lib.sh"

SECONDS_LOADED=8 RATE=20000
# rules FIRST: 9,999 that match none of the packets, then one that lets them through
rules() { echo "$(seq -f 'tcp/%.0f' -s , "$1" $(($1 + 9998))),any"; }

prioritise
ip netns add "$DUT"
pod fw1 firewall
apply --solo --rules "$(rules 1)" fw1
background "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds $SECONDS_LOADED --stream "1,$RATE,4096" >pktgen.json \
	2>pktgen.log
generator=$!
rebuilds=0
while kill -0 $generator 2>/dev/null; do
	rebuilds=$((rebuilds + 1))
	apply --solo --generation $((rebuilds + 1)) --view "1:v$((rebuilds + 1))" --rules "$(rules $((rebuilds + 1)))" fw1 ||
		fail "apply $rebuilds"
done
wait $generator || fail "the generator: $(cat pktgen.log)"
[ "$rebuilds" -ge 3 ] || fail "only $rebuilds rebuilds"
[ "$(counter fw1 '.views[0].uid')" = "v$((rebuilds + 1))" ] || fail "the last rules are not in force"
dropped=$(counter fw1 '[(.views[], .tenants[]).drops[].packets | tonumber] | add // 0')
[ "$dropped" = 0 ] || fail "$dropped packets dropped"
lost=$(jq '.streams[0] | .sent - .received' pktgen.json)
[ "$lost" = 0 ] || fail "$lost packets lost: $(cat pktgen.json)"
echo "$rebuilds times 10,000 rules under $(jq '.streams[0].received' pktgen.json) packets: $lost lost"
