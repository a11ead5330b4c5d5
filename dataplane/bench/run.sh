#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The firewall pod's rate on one core (decapsulate, firewall with flow table, next hop, encapsulate) beside DPDK's
# testpmd (io: bounces frames, touches nothing), on the same memif, with the same frames, in the same run, in turns.
#   bench/run.sh [SECONDS] [ROUNDS]     needs root and two CPUs; prints a table, then JSON
. "$(dirname "$0")/../tests/smoke/_lib.sh"

SECONDS_EACH=${1:-3} ROUNDS=${2:-3} WINDOW=1024
read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"

# generate SOCKET FLOWS BYTES: packets per second that come back
generate() {
	taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket "$1" --seconds "$SECONDS_EACH" \
		--window "$WINDOW" --stream "1,0,$2,$3" 2>>pktgen.log | jq '.streams[0].received_pps'
}

testpmd() {
	rm -f testpmd.sock
	taskset -c "$pod_cpu" dpdk-testpmd --lcores "0@$pod_cpu,1@$pod_cpu" --no-huge -m 256 --no-pci --no-telemetry \
		--file-prefix "$ID" "--vdev=net_memif0,role=server,id=0,socket=$LAB/testpmd.sock,socket-abstract=no" -- \
		--forward-mode=io --total-num-mbufs=16384 --rxd=2048 --txd=2048 --stats-period 3600 >testpmd.log 2>&1 &
	local pid=$!
	wait_for "testpmd" test -S testpmd.sock
	generate testpmd.sock "$1" "$2"
	kill -INT "$pid"
	wait "$pid" 2>/dev/null || true # it may crash at exit when its peer left first
	rm -rf "/var/run/dpdk/$ID"
}

prioritise
ip netns add "$DUT"
pod fw1 firewall --cpus "$pod_cpu"
apply --solo fw1

median() { sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

printf '%-14s %8s %14s %14s %7s\n' "tenant packet" flows "testpmd io/s" "firewall/s" ratio
rows=()
for case in "50 1" "50 1024" "50 32768" "1450 1024"; do
	read -r bytes flows <<<"$case"
	: >io.txt
	: >firewall.txt
	for ((round = 0; round < ROUNDS; round++)); do # in turns, so that a noisy minute hits both
		testpmd "$flows" "$bytes" >>io.txt
		generate fw1--peer.sock "$flows" "$bytes" >>firewall.txt
	done
	io=$(median <io.txt) firewall=$(median <firewall.txt)
	ratio=$(jq -n "$firewall / $io * 100 | floor / 100")
	printf '%-14s %8d %14.0f %14.0f %7s\n' "$bytes bytes" "$flows" "$io" "$firewall" "$ratio"
	rows+=("{\"packet_bytes\": $bytes, \"flows\": $flows, \"testpmd_io_pps\": $io, \"firewall_pps\": $firewall, \"ratio\": $ratio}")
done
(IFS=,; echo "{\"seconds\": $SECONDS_EACH, \"rounds\": $ROUNDS, \"rows\": [${rows[*]}]}") | jq -c .
