#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: under load, what tenants are charged by cycles is within 1 % of what the kernel accounts to their worker's cgroup: for
# a tenant with a worker of its own, and in sum for tenants that share one. Charged is the worker's time awake and what
# its sleeps cost the kernel (runtime/drr.h); each side is read once before and once after the load.
. "$(dirname "$0")/_lib.sh"

[ "$(nproc)" -gt 1 ] || fail "needs two CPUs: with one there are no workers"

# cgroup_ns: CPU time of the cgroup that tenant 2's worker is in
cgroup_ns() {
	local path
	path=$(counter fw1 '.tenants[] | select(.tenant_id == 2).cgroup')
	[ -n "$path" ] || fail "the tenant has no cgroup"
	cat "/sys/fs/cgroup/cpuacct/$path/cpuacct.usage" 2>/dev/null ||
		awk '/^usage_usec/ { print $2 * 1000 }' "/sys/fs/cgroup/$path/cpu.stat"
}
charged() { counter fw1 "[.tenants[] | select($1).charged_cycles | tonumber] | add"; }

# deviation SELECT: of the charge of those tenants from the kernel's figure, over three loaded seconds, in thousandths
deviation() {
	local kernel cycles
	kernel=$(cgroup_ns) cycles=$(charged "$1")
	"$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 3 --stream 1,0,256 --stream 2,0,256 >pktgen.json 2>pktgen.log
	kernel=$(($(cgroup_ns) - kernel)) cycles=$(($(charged "$1") - cycles))
	[ "$kernel" -gt 100000000 ] || fail "no load: $kernel ns; $(cat pktgen.json)"
	echo $(((cycles * 1000 / ($(jq .tsc_hz pktgen.json) / 1000000) - kernel) * 1000 / kernel))
}

# check SELECT: within 10 thousandths; a noisy machine may spoil some measurements, not all
check() {
	local off all=
	for _ in 1 2 3 4 5; do
		off=$(deviation "$1") || exit
		all="$all $off"
		[ "${off#-}" -gt 10 ] || { echo "$off"; return; }
	done
	fail "charges are off by$all thousandths"
}

prioritise
ip netns add "$DUT"
pod fw1 firewall
apply --solo --tenants 1,2 fw1
own=$(check ".tenant_id == 2")
kill -TERM "${POD_PID[fw1]}"
wait "${POD_PID[fw1]}" || fail "the pod did not stop well"
pod fw1 firewall --max-workers 1
apply --solo --tenants 1,2 fw1
[ "$(counter fw1 '[.tenants[].cgroup] | unique | length')" = 1 ] || fail "no worker is shared"
shared=$(check true)
echo "charged by cycles more than the kernel says: own worker $own, shared worker $shared thousandths"
