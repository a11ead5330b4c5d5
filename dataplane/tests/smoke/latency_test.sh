#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: the time of every packet that a pod sends on is in one histogram, by position and direction, and the stats command
# shows it to people.
. "$(dirname "$0")/_lib.sh"

chain --rules icmp
in_ns c1 ping -q -c 200 -i 0.005 -W 2 10.2.0.2 >/dev/null || fail "ping"
for pod in gw1:client:REVERSE gw1:client:FORWARD fw1:firewall:FORWARD fw1:firewall:REVERSE gw2:server:FORWARD; do
	IFS=: read -r p node direction <<<"$pod"
	timed=$(counter "$p" "[.views[0].latency[] | select(.node == \"$node\" and .direction == \"DIRECTION_$direction\") |
		.buckets[] | tonumber] | add")
	# the first one or two may wait for an ARP answer: those leave with the housekeeping
	[ "$timed" -ge 198 ] && [ "$timed" -le 200 ] || fail "$p: $timed of 200 packets timed at $node $direction"
done
background in_ns c1 ping -i 0.01 10.2.0.2 >/dev/null
"$CTL" --control fw1.ctl stats >stats.txt
for word in tenants views edges "time in this pod" rules ports firewall icmp gw2; do
	grep -q "$word" stats.txt || fail "stats say nothing of $word: $(cat stats.txt)"
done
p99=$(awk '/time in this pod/ { found = 1 } found && $3 == "firewall" { print $8, $9; exit }' stats.txt)
[ -n "$p99" ] || fail "no p99: $(cat stats.txt)"
echo "p99 in fw1 below $p99"
