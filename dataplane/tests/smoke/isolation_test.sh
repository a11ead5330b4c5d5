#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: two tenants share a firewall pod on one CPU; while one floods at ten times the rate of the other, in small packets,
# or with a new flow in each packet against 10,000 rules, the other gets delivered at least 97 % of what it gets alone.
# Generator on one CPU, pod on the other. Round trip times are printed: the generator's own turns are in them.
. "$(dirname "$0")/_lib.sh"

RATE=200000 BOUND=${BOUND:-97} # percent
read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"

generate() {
	taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 3 "$@" 2>pktgen.log
}
delivered() { jq '.streams[0].received' <<<"$1"; }
p99() { jq '.streams[0].us_p99' <<<"$1"; }

# check KIND FLOWS: the flood has so many flows
check() {
	local alone crowded percent
	for _ in 1 2 3; do # a noisy machine may spoil one measurement, not three
		alone=$(generate --stream "1,$RATE,256")
		crowded=$(generate --stream "1,$RATE,256" --stream "2,$((10 * RATE)),$2")
		percent=$((100 * $(delivered "$crowded") / $(delivered "$alone")))
		[ "$percent" -lt $BOUND ] || break
	done
	[ "$percent" -ge $BOUND ] || fail "$1: the victim kept $percent % of its throughput: $alone $crowded"
	echo "$1: victim kept $percent % of $(jq '.streams[0].received_pps' <<<"$alone") packets/s beside a flood of" \
		"$(jq '.streams[1].received_pps' <<<"$crowded"), p99 $(p99 "$alone") us alone, $(p99 "$crowded") us beside it"
}

prioritise
ip netns add "$DUT"
pod fw1 firewall --cpus "$pod_cpu"
apply --solo --tenants 1,2 fw1
small=$(check "small packets" 256)
apply --solo --tenants 1,2 --generation 2 --view 1:v2 --rules "$(seq -f 'tcp/%.0f' -s , 1 9999),any" fw1
echo "$small; $(check "new flows against 10,000 rules" 100000000)"
