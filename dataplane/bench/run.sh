#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The firewall pod on one core (decapsulate, firewall with flow table, next hop, encapsulate) beside DPDK's testpmd (io) and,
# where it is installed, Open vSwitch with DPDK: on the same memif, with the same frames, in the same run, in turns.
#   bench/run.sh [SECONDS] [ROUNDS]     needs root and two CPUs; prints a table, then JSON
. "$(dirname "$0")/_lib.sh"

# firewall FLOWS BYTES: packets per second and cycles a packet
firewall() {
	local before after pps
	before=$(cycles_and_packets)
	pps=$(generate fw1--peer.sock "$1" "$2")
	after=$(cycles_and_packets)
	echo "$pps $(echo "$before $after" | awk '{print ($3 - $1) / ($4 - $2)}')"
}

prioritise
ip netns add "$DUT"
pod fw1 firewall --cpus "$pod_cpu"
apply --solo fw1
[ ! -x "$OVS" ] || start_ovs

printf '%-10s %7s %12s %12s %12s %8s %8s %8s\n' frame flows "testpmd io/s" "OVS/s" "firewall/s" "of io" "of OVS" cycles
rows=()
for case in "64 1" "64 1024" "64 32768" "512 1024" "1500 1024"; do # bytes of the tenant's Ethernet frame
	read -r bytes flows <<<"$case"
	rm -f io.txt ovs.txt firewall.txt
	for ((round = 0; round < ROUNDS; round++)); do # in turns, so that a noisy minute hits all
		testpmd "$flows" $((bytes - 14)) >>io.txt
		[ ! -x "$OVS" ] || ovs "$flows" $((bytes - 14)) >>ovs.txt
		firewall "$flows" $((bytes - 14)) >>firewall.txt
	done
	io=$(median <io.txt) switch=$([ -x "$OVS" ] && median <ovs.txt || echo null)
	pod=$(cut -d' ' -f1 firewall.txt | median) cycles=$(cut -d' ' -f2 firewall.txt | median)
	row=$(jq -nc --argjson io "$io" --argjson ovs "$switch" --argjson pod "$pod" --argjson cycles "$cycles" \
		'{frame_bytes: '"$bytes"', flows: '"$flows"', testpmd_io_pps: $io, ovs_pps: $ovs, firewall_pps: $pod,
		  of_io: ($pod / $io * 100 | floor / 100), of_ovs: (if $ovs then $pod / $ovs * 100 | floor / 100 else null end),
		  cycles_per_packet: ($cycles | floor)}')
	rows+=("$row")
	jq -r '[.frame_bytes, .flows, .testpmd_io_pps, .ovs_pps // "-", .firewall_pps, .of_io, .of_ovs // "-", .cycles_per_packet] | @tsv' <<<"$row" |
		awk '{printf "%-10s %7s %12s %12s %12s %8s %8s %8s\n", $1, $2, $3, $4, $5, $6, $7, $8}'
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
