# SPDX-License-Identifier: Apache-2.0
# Sourced by every smoke test: namespaces, pods and hosts with names of their own, removed whatever happens.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export NFAAS_BUILD=${NFAAS_BUILD:-$HERE/../../build}
DATAPLANE=$NFAAS_BUILD/src/nfaas-dataplane
CTL=$HERE/../../tools/nfaas-dataplane-ctl
ID=nfs$$ # names of namespaces and cgroups begin with it
DUT=$ID-dut # where the pods run
LAB=$(mktemp -d "/tmp/$ID.XXXXXX")
export LAB
declare -A POD_PID=()
PIDS=()
cd "$LAB" # sockets in states are relative

cleanup() {
	local status=$? pid
	trap - EXIT
	set +e
	for pid in "${PIDS[@]}" "${POD_PID[@]}"; do kill -TERM "$pid" 2>/dev/null && kill -CONT "$pid" 2>/dev/null; done
	for pid in "${PIDS[@]}" "${POD_PID[@]}"; do
		timeout 5 tail --pid="$pid" -s 0.05 -f /dev/null || kill -KILL "$pid" 2>/dev/null
	done
	# of a build with sanitizers; UndefinedBehaviorSanitizer alone ends no process
	if grep -qE 'Sanitizer|runtime error:' "$LAB"/*.log 2>/dev/null; then
		grep -hE -A 15 'Sanitizer|runtime error:' "$LAB"/*.log | head -60 >&2
		status=1
	fi
	for ns in $(ip netns list | awk '{print $1}' | grep "^$ID-"); do ip netns del "$ns"; done
	for ns in /sys/fs/cgroup/cpu /sys/fs/cgroup; do echo $$ >"$ns/cgroup.procs"; done 2>/dev/null
	find /sys/fs/cgroup -depth -type d -path "*/$ID*" -exec rmdir {} + 2>/dev/null
	if [ "$status" -ne 0 ]; then
		echo "--- logs of $(basename "$0")" >&2
		tail -n 15 "$LAB"/*.log >&2 2>/dev/null
	fi
	rm -rf "$LAB"
	exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# wait_for WHAT COMMAND...: until it succeeds; a machine that is busy with other things may take long
wait_for() {
	local what=$1 deadline=$((SECONDS + 30))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for $what: $("$@" 2>&1 | tail -n 3)"
		sleep 0.05
	done
}

# background [in_ns NAME] COMMAND...: killed at the end; its pid (not a subshell's) is in $!
background() {
	[ "$1" != in_ns ] || set -- ip netns exec "$ID-$2" "${@:3}"
	"$@" &
	PIDS+=($!)
}

# prioritise: this test goes before whatever else the machine does, so that it measures the pods and not their
# neighbours. Call it before the first pod. (`nice` would do nothing: autogroup.)
prioritise() {
	local cgroup=/sys/fs/cgroup/cpu/$ID
	[ -d /sys/fs/cgroup/cpu ] || cgroup=/sys/fs/cgroup/$ID
	mkdir -p "$cgroup" 2>/dev/null || return 0
	echo 262144 >"$cgroup/cpu.shares" 2>/dev/null || echo 10000 >"$cgroup/cpu.weight" 2>/dev/null || true
	mkdir -p "$cgroup/test" && echo $$ >"$cgroup/test/cgroup.procs" || true
}

in_ns() { ip netns exec "$ID-$1" "${@:2}"; }

# lost_pings FILE: gaps in the answers' numbers. The last ping may be under way when ping is stopped: it does not count.
lost_pings() {
	sed -n 's/.*icmp_seq=\([0-9]*\) .*/\1/p' "$1" | sort -n | awk '{ lost += $1 - last - 1; last = $1 } END { print lost + 0 }'
}

# host NAME ADDRESS GATEWAY EDGE: a namespace with eth0; EDGE is the other end of its cable, where the pods run
host() {
	ip netns add "$ID-$1"
	ip link add "$4" netns "$DUT" type veth peer name eth0 netns "$ID-$1"
	ip -n "$DUT" link set "$4" up
	ip -n "$ID-$1" link set eth0 address "02:00:${2//./:}" # a host that comes back is the same
	ip -n "$ID-$1" link set lo up
	ip -n "$ID-$1" link set eth0 up
	ip -n "$ID-$1" addr add "$2/24" dev eth0
	ip -n "$ID-$1" route add default via "$3"
	in_ns "$1" ethtool -K eth0 tx off >/dev/null # a veth does no segmentation for us
}

# host6 NAME ADDRESS ROUTER: gives a host an IPv6 address too
host6() {
	in_ns "$1" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
	ip -n "$ID-$1" -6 addr add "$2/64" dev eth0 nodad
	ip -n "$ID-$1" -6 route add default via "$3"
}

# hosts TENANT: its client cN and server sN; every tenant has the same addresses
hosts() {
	host "c$1" 10.1.0.2 10.1.0.1 "c$1"
	host "s$1" 10.2.0.2 10.2.0.1 "s$1"
}

# pod NAME ROLE [options]: starts one and waits until it answers
pod() {
	# not `ip netns exec`: it mounts a /sys without cgroups
	nsenter --net="/run/netns/$DUT" "$DATAPLANE" --pod "$1" --role "$2" --control "$1.ctl" --cgroup "$ID/$1" --no-hugepages \
		--max-tenants 4 "${@:3}" 2>>"$1.log" &
	POD_PID[$1]=$!
	wait_for "pod $1" "$CTL" --control "$1.ctl" hello
}

# kill_pod NAME: as a crash would
kill_pod() {
	kill -KILL "${POD_PID[$1]}"
	wait "${POD_PID[$1]}" 2>/dev/null || true
	unset "POD_PID[$1]"
	rmdir "/var/run/dpdk/nfaas-$1" 2>/dev/null || true
}

apply() { "$HERE/scenario.py" "$@"; }

# counter POD JQ-EXPRESSION
counter() { "$CTL" --control "$1.ctl" counters | jq -r "$2"; }

links_up() { [ "$(counter "$1" '[.ports[] | select(.fabric and (.up | not))] | length')" = 0 ]; }

# chain [apply options]: gw1, fw1, gw2 and the hosts of tenant 1, ready
chain() {
	ip netns add "$DUT"
	hosts 1
	pod gw1 gateway
	pod gw2 gateway
	pod fw1 firewall
	apply "$@" gw1 gw2 fw1
	for p in gw1 gw2 fw1; do wait_for "links of $p" links_up "$p"; done
}
