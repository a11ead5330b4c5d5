#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# How long a sleeping pod takes to wake: the round trip of packets that come one by one, 2 ms apart, less that of packets that
# find it awake. Two ways to run: I/O thread and worker on all CPUs (three wakes: I/O, worker, I/O again), and to
# completion on one.
#   bench/wake.sh [SECONDS] [ROUNDS]     needs root and two CPUs; prints a table, then JSON
. "$(dirname "$0")/_lib.sh"

SPARSE=500 DENSE=200000

# times RATE: medians over the rounds of the median and the 99th percentile, microseconds
times() {
	for ((round = 0; round < ROUNDS; round++)); do
		taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds "$SECONDS_EACH" \
			--stream "1,$1,16" 2>pktgen.log | jq -c '.streams[0]'
	done | jq -sc '[map(.us_p50), map(.us_p99)] | map(sort[length / 2 | floor])'
}

prioritise
ip netns add "$DUT"
printf '%-16s %14s %14s %14s %14s\n' threads "awake p50 us" "asleep p50 us" "wake p50 us" "asleep p99 us"
rows=()
for way in "all CPUs" "one CPU"; do
	if [ "$way" = "all CPUs" ]; then pod fw1 firewall; else pod fw1 firewall --cpus "$pod_cpu"; fi
	apply --solo fw1
	awake=$(times $DENSE) asleep=$(times $SPARSE)
	row=$(jq -nc --argjson awake "$awake" --argjson asleep "$asleep" --arg way "$way" '{threads: $way, awake_us_p50: $awake[0],
		asleep_us_p50: $asleep[0], wake_us_p50: (($asleep[0] - $awake[0]) * 10 | round / 10), asleep_us_p99: $asleep[1]}')
	rows+=("$row")
	jq -r '[.[]] | @tsv' <<<"$row" | awk -F'\t' '{printf "%-16s %14s %14s %14s %14s\n", $1, $2, $3, $4, $5}'
	kill_pod fw1
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
