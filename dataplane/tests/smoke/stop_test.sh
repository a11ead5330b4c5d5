#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: on SIGTERM a pod exits with 0, under load, and leaves no socket and no cgroup behind.
. "$(dirname "$0")/_lib.sh"

chain
background in_ns c1 ping -q -f 10.2.0.2 >/dev/null
wait_for "traffic" sh -c "[ \$($CTL --control fw1.ctl counters | jq -r '.views[0].edges[0].packets') -ge 0 ]"
for p in fw1 gw1 gw2; do
	kill -TERM "${POD_PID[$p]}"
	status=0
	wait "${POD_PID[$p]}" || status=$?
	unset "POD_PID[$p]"
	[ "$status" = 0 ] || fail "$p exited with $status"
done
[ -z "$(find . -type s)" ] || fail "sockets stay: $(find . -type s | tr '\n' ' ')"
[ -z "$(find /sys/fs/cgroup -type d -path "*/$ID/*")" ] || fail "cgroups stay"
