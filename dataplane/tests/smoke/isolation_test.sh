#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: two tenants share a pod on one CPU. While one floods at ten times its share, in small packets, or with a new flow in
# each packet against 10,000 rules, the other gets delivered at least 97 % (BOUND) of what it does alone, and its p99 round trip is
# within 10 % of what it is beside a neighbour that keeps to its share.
# A share is what it says: of all that the pod can do of a tenant's packets, which is found out first, each offers 40 % of its half, or less,
# so that the pod takes all of it when packets come one by one, from a CPU that may be near or far. Their chains have 32 firewalls in the
# pod, else ten times a share is more than one generator can send. Beside that, two loads of one firewall
# that leave the pod nearly idle: at the lower it sleeps between packets, and p99 is within 10 % of what it is without a neighbour; at the
# higher it does not, nobody waits for a neighbour at its share, and a packet of the flood takes nearly as long as the victim's whole
# way: at most twice what it is at a share.
# Generator on one CPU, pod on the other. Kinds of pulses in turn, of which those count that met none of the machine's own stops
# (pulse.h); beside the flood no more of them have waited longer than a pod makes anybody wait. The verdict is the median of at least three
# runs.
. "$(dirname "$0")/_lib.sh"

BOUND=${BOUND:-97}
SLACK=${SLACK:-1} # p99 may be so many times what is said above: a build with sanitizers is busy where ours is idle
SLOW=$((SLACK > 1 ? 5 : 1)) # what is nearly idle for ours is not for such a build
SHARE=20 # percent of what the pod can do in full bursts; of packets that come one by one it can do a third to two thirds of that
read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"

generate() { taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --apart fw1--peer2.sock "$@" 2>pktgen.log; }

# median EXPRESSION: of .flood, .share and .alone, over the runs so far, rounded
median() { jq -s "map($1) | sort | .[(length - 1) / 2 | floor] | round" "$LAB/runs"; }
kept() { median '100 * .flood.kept / ([.alone.kept, 1] | min)'; }
flood() { median '.flood.beside / .share.beside'; } # of a share; ten, but for what this program was late for
p99_of() { median "100 * .flood.us_p99 / .$1.us_p99"; }

# waits KIND: percent of the pulses, over the runs so far
waits() { jq -s "(map(.$1.waited) | add) * 100 / ([map(.$1.judged) | add, 1] | max) | round" "$LAB/runs"; }

# wrong BASE P99-PERCENT: what is wrong so far, or nothing
wrong() {
	local told
	told=$(jq -s '[["alone", "share", "flood"][] as $k | map(.[$k].judged - .[$k].waited) | add] | min' "$LAB/runs")
	[ "$told" -ge 30 ] || echo "only $told pulses met none of the machine's stops"
	[ "$(flood)" -ge 8 ] || echo "the flood was only $(flood) times a share"
	[ "$(kept)" -ge $BOUND ] || echo "the victim kept $(kept) % of its throughput"
	[ "$(p99_of "$1")" -le "$2" ] || echo "the victim's p99 beside the flood is $(p99_of "$1") % of that of '$1'"
	[ "$(waits flood)" -le $(($(waits "$1") + 15)) ] || echo "$(waits flood) % of its pulses waited beside the flood, $(waits "$1") % of '$1'"
}

# check KIND LONGEST-US RATE NEIGHBOUR-RATE FLOWS BASE P99-PERCENT: the neighbour has so many flows, and at its share that rate; the victim's
# p99 beside the flood may be so many percent of that of BASE: `share` or `alone`
check() {
	local longest=$((SLACK > 1 ? 0 : $2)) rate=$3 beside=$4 p99=$(($7 * SLACK)) try
	: >runs
	for ((try = 1; try <= 15; try++)); do # a noisy machine may spoil some, not most
		generate --seconds 2 --pulse 2000 --longest "$longest" --stream "1,$rate,256" --stream "2,$beside,$5" | jq -c '.pulses' >run
		if jq -e '.share.kept < 0.98' run >/dev/null; then # that is no share
			rate=$((rate * 7 / 10)) beside=$((beside * 7 / 10))
			[ $((rate * 5)) -ge "$3" ] || [ "$SLACK" -gt 1 ] || break # slower than a far CPU makes it
			continue
		fi
		cat run >>runs
		[ "$(wc -l <runs)" -lt 3 ] || [ -n "$(wrong "$6" $p99)" ] || break
	done
	[ "$(wc -l <runs)" -ge 3 ] || fail "$1: no share that the pod takes, down to $rate/s: $(cat run)"
	[ -z "$(wrong "$6" $p99)" ] || fail "$1: $(wrong "$6" $p99): $(cat runs)"
	echo "$1: kept $(kept) % of $rate/s beside $(flood) times $beside/s, p99 $(p99_of share) % of that at a share," \
		"$(p99_of alone) % of alone; us alone, share, flood:" \
		"$(jq -sr 'map("\(.alone.us_p99) \(.share.us_p99) \(.flood.us_p99)") | join(", ")' runs)"
}

# share TENANT FLOWS: packets per second
share() { generate --seconds 1 --window 512 --stream "$1,0,$2" | jq ".streams[0].received_pps * $SHARE / 100 | floor"; }

prioritise
ip netns add "$DUT"
pod fw1 firewall --cpus "$pod_cpu"
apply --solo --apart --tenants 1,2 fw1
results=("$(check "asleep between packets" 0 $((100000 / SLOW)) $((100000 / SLOW)) 256 alone 110)")
results+=("$(check "nearly idle" 15 $((200000 / SLOW)) $((200000 / SLOW)) 256 share 200)")
apply --solo --apart --tenants 1,2 --generation 2 --view 1:v2 --depth 32 fw1
results+=("$(check "at a share, small packets" 30 "$(share 1 256)" "$(share 2 256)" 256 share 110)")
apply --solo --apart --tenants 1,2 --generation 3 --view 1:v3 --depth 32 --rules "$(seq -f 'tcp/%.0f' -s , 1 9999),any" fw1
results+=("$(check "at a share, new flows against 10,000 rules" 30 "$(share 1 256)" "$(share 2 100000000)" 100000000 share 110)")
printf '%s\n' "${results[@]}"
