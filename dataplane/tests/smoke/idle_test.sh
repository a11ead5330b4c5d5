#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: an idle pod sleeps: it uses far less CPU than one that polls, and still answers at once. The figure is
# printed (goal: at most 5 % of a core).
. "$(dirname "$0")/_lib.sh"

cpu_ticks() { awk '{print $14 + $15}' "/proc/${POD_PID[$1]}/stat"; }

chain
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
before=()
for p in gw1 fw1 gw2; do before+=("$(cpu_ticks "$p")"); done
start=$(date +%s%N)
read -rt 5 <> <(:) || true # five idle seconds
elapsed=$((($(date +%s%N) - start) / 10000000)) # in ticks of 10 ms
i=0
for p in gw1 fw1 gw2; do
	percent=$((100 * ($(cpu_ticks "$p") - before[i]) / elapsed))
	[ "$percent" -lt 50 ] || fail "$p polls: $percent % of a core"
	figures="${figures:-} $p $percent %"
	i=$((i + 1))
done
in_ns c1 ping -q -c 1 -W 1 10.2.0.2 >/dev/null || fail "no answer after the rest"
echo "idle:$figures of a core"
