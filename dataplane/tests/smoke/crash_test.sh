#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a pod killed with -9, started again and told its state carries traffic again; its neighbours never stop.
. "$(dirname "$0")/_lib.sh"

chain
answers() { in_ns c1 ping -q -c 1 -W 1 10.2.0.2; }
wait_for "first answer" answers

for victim in fw1 gw1 gw2; do
	background in_ns c1 ping -q -f -W 1 10.2.0.2 >/dev/null # traffic in the rings while the pod dies
	flood=$!
	for round in 1 2; do
		kill_pod "$victim"
		in_ns c1 ping -q -c 1 -W 0.2 10.2.0.2 >/dev/null && fail "an answer without $victim"
		case $victim in fw1) pod fw1 firewall ;; *) pod "$victim" gateway ;; esac
		apply "$victim"
		wait_for "traffic after $victim died" answers
	done
	kill "$flood"
done
for p in gw1 gw2 fw1; do [ "$(grep -c 'event="ready"' "$p.log")" = 3 ] || fail "$p died on its own"; done
