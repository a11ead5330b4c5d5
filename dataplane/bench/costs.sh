#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What a pod of each function spends on one core, its ports included: cycles a packet of 64 and of 1500 bytes of known flows,
# and a packet that opens a flow. The functions' cost models in packages/domain are such figures.
#   bench/costs.sh [SECONDS] [ROUNDS] [FUNCTIONS]     needs root and two CPUs; prints a table, then JSON
. "$(dirname "$0")/_lib.sh"

COSTS_PY=$HERE/../../bench/costs.py
FUNCTIONS=${3:-$("$COSTS_PY" --functions)}
NEW_FLOWS=1000000 # in a round nobody sends so many packets twice; a NAT has ports for them

# cycles_of FLOWS BYTES: cycles a packet in the best round, since other work on the machine can only add
cycles_of() {
	local before
	for ((round = 0; round < ROUNDS; round++)); do
		before=$(cycles_and_packets)
		generate fw1--peer.sock "$1" "$2" >/dev/null
		echo "$before $(cycles_and_packets)" | awk '{print ($3 - $1) / ($4 - $2)}'
	done | sort -g | head -n 1
}

prioritise
ip netns add "$DUT"
printf '%-14s %10s %12s %12s %12s\n' function "64 B" "1500 B" "a byte" "a new flow"
rows=()
for function in $FUNCTIONS; do
	pod fw1 "$function" --cpus "$pod_cpu"
	"$COSTS_PY" "$function"
	row=$(jq -nc --argjson small "$(cycles_of 1024 50)" --argjson big "$(cycles_of 1024 1486)" \
		--argjson new "$(cycles_of $NEW_FLOWS 50)" \
		'{function: "'"$function"'", cycles_64: ($small | round), cycles_1500: ($big | round),
		  cycles_a_byte: (($big - $small) / 14.36 | round / 100), cycles_a_new_flow: ([$new - $small, 0] | max | round)}')
	rows+=("$row")
	jq -r 'map(.) | @tsv' <<<"$row" | awk '{printf "%-14s %10s %12s %12s %12s\n", $1, $2, $3, $4, $5}'
	kill_pod fw1
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
