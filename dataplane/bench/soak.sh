#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: under many flows for a long time, with views replaced, firewalls joining and leaving, and one killed now and then,
# every undisturbed view's sum closes, the survivors' memory stays flat, and traffic goes on.
#   bench/soak.sh [MINUTES] [FLOWS]     default 10 and 100000; needs root
. "$(dirname "$0")/../tests/smoke/_lib.sh"

MINUTES=${1:-10} FLOWS=${2:-100000} BENCH=$HERE/../../bench
PER_LOAD=14000 # flows of one load, a socket each: within what most systems let one process open
ports=$(seq 7 $((7 + (FLOWS - 1) / PER_LOAD)))
ip netns add "$DUT"
hosts 1
ip -n "$ID-c1" addr add 10.1.0.3/24 dev eth0
for ns in c1 s1; do in_ns $ns sysctl -qw net.ipv4.ip_local_port_range="1024 65535"; done
for p in gw1 gw2; do pod "$p" gateway --max-flows 262144; done
for p in fw1 fw2 fw3; do pod "$p" firewall --max-flows 262144; done
apply --firewalls fw1,fw2,fw3 --view 1:v0 gw1 gw2 fw1 fw2 fw3
for p in gw1 gw2 fw1 fw2 fw3; do wait_for "links of $p" links_up "$p"; done
for port in $ports; do
	background in_ns s1 "$HERE/echo_flows.py" serve "$port"
	wait_for "echo server $port" in_ns s1 sh -c "ss -lun | grep -q ':$port '"
done
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
loads=()
left=$FLOWS
for port in $ports; do
	source=10.1.0.$((2 + port % 2)) # an address has room for 64,000
	background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 "$port" $((left < PER_LOAD ? left : PER_LOAD)) $source >"load$port.json"
	loads+=($!)
	left=$((left - PER_LOAD))
done

rss() { awk '/VmRSS/ { print $2 }' "/proc/${POD_PID[$1]}/status"; }
declare -A early
n=0 pool=fw1,fw2,fw3 kills=0 packets=0 lost=0 closed=0
end=$((SECONDS + 60 * MINUTES)) settled=$((SECONDS + 15 * MINUTES))
while [ "$SECONDS" -lt "$end" ]; do
	disturbed=undisturbed
	if [ $((n % 20)) = 19 ]; then
		disturbed=
		kill_pod fw2
		pod fw2 firewall --max-flows 262144
		kills=$((kills + 1))
	elif [ $((n % 7)) = 6 ]; then
		[ $pool = fw1,fw2,fw3 ] && pool=fw1,fw2 || pool=fw1,fw2,fw3
	fi
	"$BENCH/soak.py" $n $pool $disturbed >step.txt 2>step.err || fail "$(cat step.txt step.err)"
	read -r injected _ missing <step.txt
	packets=$((packets + injected)) lost=$((lost + missing)) n=$((n + 1))
	[ -z "$disturbed" ] || closed=$((closed + 1))
	if [ "$SECONDS" -ge "$settled" ] && [ -z "${early[gw1]:-}" ]; then
		for p in gw1 gw2 fw1; do early[$p]=$(rss $p); done
	fi
done
for p in gw1 gw2 fw1; do
	now=$(rss $p)
	[ "$now" -le $((early[$p] + early[$p] / 20)) ] || fail "$p grew from ${early[$p]} to $now KiB"
	memory="${memory:-} $p ${early[$p]} to $now KiB,"
done
for pid in "${loads[@]}"; do kill -INT "$pid" && wait "$pid"; done
answered=$(jq -s 'map(.answered) | add' load*.json)
echo "$MINUTES min, $FLOWS flows ($(counter gw1 '.tenants[0].flows') in gw1's table): $n views replaced, $closed sums closed, $kills kills, $packets packets, $lost lost with killed" \
	"pods; $answered questions answered;$memory"
