#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a mirror that copies every packet to a tap that takes nothing passes at least 80 % (BOUND) of the originals that it
# passes when it copies nothing, both as fast as they come back, on one CPU.
# With and without copies in turns; compared are the medians of the rounds, three at least.
. "$(dirname "$0")/_lib.sh"

BOUND=${BOUND:-80}
read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"

spent() { counter fw1 '[([.tenants[].cycles | tonumber] | add) + (.io_cycles | tonumber), ([.ports[].rx_packets | tonumber] | add)] | @tsv'; }
shed() { counter fw1 '[.views[0].drops[]? | select(.reason == "DROP_REASON_TAP_SHED") | .packets | tonumber] | add // 0'; }

generation=0
# pass copies|none: a round
pass() {
	local before
	"$HERE/mirror_solo.py" $((++generation)) "$1"
	before=$(spent)
	taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 1 --window 256 --stream 1,0,256 \
		2>pktgen.log | jq -c '.streams[0]' >>"$1"
	echo "$before $(spent)" | awk '{ print ($3 - $1) / ($4 - $2) }' >>"$1.cycles"
}
median() { sort -g "$1" | awk '{ v[NR] = $1 } END { printf "%.0f", v[int((NR + 1) / 2)] }'; }
rate() { jq .received_pps "$1" >"$1.pps" && median "$1.pps"; }
ratio() { echo $((100 * $(rate copies) / $(rate none))); }

prioritise
ip netns add "$DUT"
pod fw1 mirror --cpus "$pod_cpu"
"$HERE/mirror_solo.py" $((++generation)) copies
background taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--tap.sock --seconds 600 --stream 1,1 >tap.json 2>tap.log
tap=$!
tap_is_up() { [ "$(counter fw1 '.ports[] | select(.name == "tap") | .up')" = true ]; }
wait_for "the tap" tap_is_up
kill -STOP "$tap"
for ((round = 1; round <= 9; round++)); do # a noisy machine may spoil some rounds, not most
	pass none
	pass copies
	shed=$(shed)
	[ "$shed" -gt 0 ] || fail "no copy was shed"
	[ $round -ge 3 ] && [ "$(ratio)" -ge "$BOUND" ] && break
done
[ "$(ratio)" -ge "$BOUND" ] || fail "beside a frozen tap $(ratio) % of the originals pass: $(cat copies.pps) of $(cat none.pps)"
echo "beside a frozen tap $(ratio) % of the originals pass: $(rate copies) of $(rate none) a second;" \
	"$(median copies.cycles) cycles a packet, $(median none.cycles) without copies; $shed copies shed in the last round"
