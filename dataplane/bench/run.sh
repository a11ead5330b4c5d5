#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The firewall pod on one core (decapsulate, firewall with flow table, next hop, encapsulate) beside DPDK's testpmd (io), its
# l3fwd (l3fwd.sh) and, where it is installed, Open vSwitch with DPDK: on the same memif, with the same frames, in the same
# run, in turns. Told is the best of the rounds: where a virtual machine's CPUs are at the moment decides by a factor of three.
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
start_l3fwd

# best FILE: the most of its rounds, null without any
best() { if [ -s "$1" ]; then sort -g "$1" | tail -n 1; else echo null; fi; }

format='%-10s %7s %12s %12s %12s %12s %8s %8s %8s %8s\n'
printf "$format" frame flows "testpmd io/s" "l3fwd/s" "OVS/s" "firewall/s" "of io" "of l3fwd" "of OVS" cycles
rows=()
for case in "64 1" "64 1024" "64 32768" "512 1024" "1500 1024"; do # bytes of the tenant's Ethernet frame
	read -r bytes flows <<<"$case"
	rm -f io.txt l3fwd.txt ovs.txt firewall.txt
	for ((round = 0; round < ROUNDS; round++)); do # in turns, so that a noisy minute hits all
		testpmd "$flows" $((bytes - 14)) >>io.txt
		[ -z "$L3FWD" ] || l3fwd "$flows" $((bytes - 14)) >>l3fwd.txt
		[ ! -x "$OVS" ] || ovs "$flows" $((bytes - 14)) >>ovs.txt
		firewall "$flows" $((bytes - 14)) >>firewall.txt
	done
	cut -d' ' -f1 firewall.txt >pod.txt
	cycles=$(cut -d' ' -f2 firewall.txt | sort -g | head -n 1)
	row=$(jq -nc --argjson io "$(best io.txt)" --argjson l3fwd "$(best l3fwd.txt)" --argjson ovs "$(best ovs.txt)" \
		--argjson pod "$(best pod.txt)" --argjson cycles "$cycles" --argjson bytes "$bytes" --argjson flows "$flows" '
		def of(yardstick): if yardstick then $pod / yardstick * 100 | floor / 100 else null end;
		{frame_bytes: $bytes, flows: $flows, testpmd_io_pps: $io, l3fwd_pps: $l3fwd, ovs_pps: $ovs, firewall_pps: $pod,
		  of_io: of($io), of_l3fwd: of($l3fwd), of_ovs: of($ovs), cycles_per_packet: ($cycles | floor)}')
	rows+=("$row")
	jq -r '[.[]] | map(. // "-") | @tsv' <<<"$row" | { IFS=$'\t' read -ra cells && printf "$format" "${cells[@]}"; }
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
