#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a firewall that logs each new flow tells who it was, to where, and by which rule it was let in or denied.
. "$(dirname "$0")/_lib.sh"

chain --rules icmp,tcp/80 --log-one-in 1
in_ns c1 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
in_ns c1 curl -s -m 0.3 http://10.2.0.2:81/ && fail "TCP 81 passed"
"$CTL" --control fw1.ctl flow-log --tenant-id 1 >log.json

told() { jq -r ".entries[] | select($1) | \"\(.node) \(.rule) \(.allowed) \(.destination_port) \(.source)\"" log.json | sort -u; }
client=$(printf '\12\1\0\2' | base64)
[ "$(told '.protocol == 1')" = "firewall icmp true $(jq -r '[.entries[] | select(.protocol == 1)][0].destination_port' log.json) $client" ] ||
	fail "of the ping: $(told '.protocol == 1')"
[ "$(told '.protocol == 6')" = "firewall  false 81 $client" ] || fail "of the denied one: $(told '.protocol == 6')"

last=$(jq -r .last log.json)
[ "$("$CTL" --control fw1.ctl flow-log --tenant-id 1 --after "$last" | jq '.entries | length')" = 0 ] || fail "told twice"
[ "$("$CTL" --control fw1.ctl flow-log --tenant-id 2 | jq '.entries | length')" = 0 ] || fail "another tenant reads it"
echo "$last flows told"
