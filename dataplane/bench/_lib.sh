# SPDX-License-Identifier: Apache-2.0
# Sourced by the benchmarks: one CPU for what is measured, another for the generator, and the yardsticks.
. "$(dirname "${BASH_SOURCE[0]}")/../tests/smoke/_lib.sh"

PKTGEN=$NFAAS_BUILD/tools/nfaas-pktgen
SECONDS_EACH=${1:-3} ROUNDS=${2:-3} WINDOW=1024
OVS=/usr/lib/openvswitch-switch-dpdk/ovs-vswitchd-dpdk
read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"

# generate SOCKET FLOWS BYTES [OPTION...]: packets per second that come back
generate() {
	taskset -c "$generator_cpu" "$PKTGEN" --socket "$LAB/$1" --seconds "$SECONDS_EACH" --window "$WINDOW" --stream "1,0,$2,$3" \
		"${@:4}" 2>>pktgen.log | jq '.streams[0].received_pps'
}

# cycles_and_packets: what the pod fw1 has spent and received since it started
cycles_and_packets() {
	counter fw1 '[([.tenants[].cycles | tonumber] | add) + (.io_cycles | tonumber), ([.ports[].rx_packets | tonumber] | add)] | @tsv'
}

median() { sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# yardstick NAME FLOWS BYTES LCORES PROGRAM OPTION...: what a program of DPDK's on the measured CPU gives back by its memif
yardstick() {
	local name=$1 flows=$2 bytes=$3 lcores=$4
	rm -f "$name.sock"
	taskset -c "$pod_cpu" "$5" --lcores "$lcores" --no-huge -m 256 --no-pci --no-telemetry --file-prefix "$ID-$name" \
		"--vdev=net_memif0,role=server,id=0,socket=$LAB/$name.sock,socket-abstract=no,rsize=11" -- "${@:6}" >>"$name.log" 2>&1 &
	local pid=$!
	PIDS+=("$pid")
	wait_for "$name" test -S "$name.sock"
	generate "$name.sock" "$flows" "$bytes"
	kill -INT "$pid" 2>/dev/null || true # it may crash when its peer leaves first
	wait "$pid" 2>/dev/null || true
	rm -rf "/var/run/dpdk/$ID-$name"
}

# testpmd FLOWS BYTES: DPDK's own bounce: takes frames and gives them back, touches nothing
testpmd() {
	yardstick testpmd "$1" "$2" "0@$pod_cpu,1@$pod_cpu" dpdk-testpmd --forward-mode=io --total-num-mbufs=16384 --rxd=2048 \
		--txd=2048 --stats-period 3600
}

# start_l3fwd: the program, or "" where it can't be had
start_l3fwd() {
	L3FWD=$("$HERE/../../bench/l3fwd.sh" "$NFAAS_BUILD" 2>>l3fwd.log) || L3FWD=
	echo "R10.200.0.0/16 0" >l3fwd4.cfg # the generator's frames go to 10.200.0.3: back by the one port there is
	echo "R2001:db8::/32 0" >l3fwd6.cfg
}

# l3fwd FLOWS BYTES: DPDK's router: parses the outer header, looks up the longest prefix, rewrites MACs, TTL and checksum
l3fwd() {
	yardstick l3fwd "$1" "$2" "1@$pod_cpu" "$L3FWD" -p 1 -P --no-numa --parse-ptype --config "(0,0,1)" --lookup lpm \
		--rule_ipv4 l3fwd4.cfg --rule_ipv6 l3fwd6.cfg
}

vsctl() { timeout 20 ovs-vsctl --db="unix:$LAB/ovs.db.sock" "$@"; }

# start_ovs: Open vSwitch with DPDK, one poll-mode thread on the measured CPU, one memif port whose
# packets go back where they came from.
start_ovs() {
	export OVS_RUNDIR=$LAB OVS_LOGDIR=$LAB OVS_DBDIR=$LAB OVS_SYSCONFDIR=$LAB
	ovsdb-tool create ovs.db /usr/share/openvswitch/vswitch.ovsschema
	background ovsdb-server ovs.db --remote="punix:$LAB/ovs.db.sock" --unixctl="$LAB/ovsdb.ctl" >ovsdb.log 2>&1
	wait_for "ovsdb" test -S ovs.db.sock
	vsctl --no-wait init
	vsctl --no-wait set Open_vSwitch . other_config:dpdk-init=true \
		"other_config:dpdk-extra=--no-huge --legacy-mem -m 1024 --no-pci --no-telemetry --file-prefix $ID-ovs" \
		"other_config:dpdk-lcore-mask=$((1 << generator_cpu))" "other_config:pmd-cpu-mask=$((1 << pod_cpu))"
	run_ovs
	kill -STOP "$ovs_pid"
}

run_ovs() {
	rm -f ovs.sock ovs.ctl
	background "$OVS" "unix:$LAB/ovs.db.sock" --unixctl="$LAB/ovs.ctl" >ovs.log 2>&1
	ovs_pid=$!
	wait_for "ovs" test -S ovs.ctl
	vsctl --may-exist add-br br0 -- set bridge br0 datapath_type=netdev fail_mode=secure
	vsctl --may-exist add-port br0 p0 -- set Interface p0 type=dpdk mtu_request=2000 \
		"options:dpdk-devargs=net_memif0,role=server,id=0,socket=$LAB/ovs.sock,socket-abstract=no,rsize=11"
	ovs-ofctl add-flow "$LAB/br0.mgmt" "in_port=p0,actions=in_port"
	wait_for "ovs' port" test -S ovs.sock
}

# ovs FLOWS BYTES. Its thread polls, so that it is stopped while others are measured.
ovs() {
	kill -CONT "$ovs_pid" 2>/dev/null || run_ovs
	generate ovs.sock "$1" "$2" --pmd 2
	kill -STOP "$ovs_pid" 2>/dev/null || true # it may crash when its peer leaves
}
