#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Rate against depth: 1 to 10 pass-through functions in one process, and in as many processes, all on one core.
#   bench/depth.sh [SECONDS] [ROUNDS] [DEPTHS]     needs root and two CPUs; prints a table, then JSON
. "$(dirname "$0")/_lib.sh"

DEPTHS=${3:-1 2 3 5 10}
DEPTH_PY=$HERE/../../bench/depth.py

# pods_of KIND DEPTH: fw1 alone, or fw1, pass2 ... passDEPTH
pods_of() {
	echo fw1
	for ((i = 2; i <= $2; i++)); do [ "$1" = one ] || echo "pass$i"; done
}

# rate_of KIND DEPTH: median packets per second through fresh pods, into `rate`
rate_of() {
	local p last back=()
	for p in $(pods_of "$@"); do
		pod "$p" classifier --cpus "$pod_cpu"
		last=$p
	done
	"$DEPTH_PY" "$@"
	for p in $(pods_of "$@"); do [ "$p" = fw1 ] || [ "$p" = "$last" ] || wait_for "links of $p" links_up "$p"; done
	[ "$last" = fw1 ] || back=(--back "$LAB/$last--peer.sock")
	for ((round = 0; round < ROUNDS; round++)); do generate fw1--peer.sock 1024 50 "${back[@]}"; done >rates.txt
	rate=$(median <rates.txt)
	for p in $(pods_of "$@"); do kill_pod "$p"; done
}

prioritise
ip netns add "$DUT"
printf '%-6s %16s %10s %16s %10s\n' depth "one process/s" "of 1" "as many/s" "of 1"
rows=()
for depth in $DEPTHS; do
	rate_of one "$depth"
	one=$rate
	rate_of each "$depth"
	each=$rate
	[ "${#rows[@]}" -gt 0 ] || first_one=$one first_each=$each
	row=$(jq -nc '{depth: '"$depth"', one_process_pps: '"$one"', of_depth_1: ('"$one / $first_one"' * 100 | floor / 100),
		processes_pps: '"$each"', processes_of_depth_1: ('"$each / $first_each"' * 100 | floor / 100)}')
	rows+=("$row")
	jq -r 'map(.) | @tsv' <<<"$row" | awk '{printf "%-6s %16s %10s %16s %10s\n", $1, $2, $3, $4, $5}'
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
