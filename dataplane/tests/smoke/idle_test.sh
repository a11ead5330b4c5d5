#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: an idle pod with links, edge ports and tenants sleeps: each uses at most 5 % of a core, threads and kernel's work
# for them together, and still answers at once.
. "$(dirname "$0")/_lib.sh"

# cpu_ns POD: of all its threads, from the scheduler
cpu_ns() { awk '{ sum += $1 } END { printf "%.0f\n", sum }' "/proc/${POD_PID[$1]}"/task/*/schedstat; }

ip netns add "$DUT"
for t in 1 2 3 4; do hosts "$t"; done
for p in gw1 gw2; do pod "$p" gateway; done
pod fw1 firewall
apply --tenants 1,2,3,4 gw1 gw2 fw1
for p in gw1 gw2 fw1; do wait_for "links of $p" links_up "$p"; done
for t in 1 2 3 4; do wait_for "first answer" in_ns "c$t" ping -q -c 1 -W 1 10.2.0.2; done
declare -A before
start=$(date +%s%N)
for p in gw1 fw1 gw2; do before[$p]=$(cpu_ns "$p"); done
read -rt 5 <> <(:) || true # five idle seconds
for p in gw1 fw1 gw2; do
	used=$(($(cpu_ns "$p") - before[$p])) elapsed=$(($(date +%s%N) - start))
	[ $((100 * used)) -le $((5 * elapsed)) ] || fail "$p used $used ns of $elapsed"
	figures="${figures:-} $p $(awk "BEGIN { printf \"%.2f\", 100 * $used / $elapsed }") %"
done
for t in 1 2 3 4; do in_ns "c$t" ping -q -c 1 -W 1 10.2.0.2 >/dev/null || fail "no answer after the rest"; done
echo "idle:$figures of a core"
