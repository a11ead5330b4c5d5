#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a pod with one CPU runs to completion, without a thread per tenant; a chain of such pods carries TCP; its
# tenants are charged for their work, and when two want more than there is, the one of four times the weight gets at least
# half as much again done; one that is sent more than the pod can do gets at least 40 % of it.
. "$(dirname "$0")/_lib.sh"

read -r pod_cpu generator_cpu < <(taskset -pc $$ | sed 's/.*: //' | python3 -c '
cpus = [c for part in input().split(",") for a, _, b in [part.partition("-")] for c in range(int(a), int(b or a) + 1)]
print(cpus[-1], cpus[0])')
[ "$pod_cpu" != "$generator_cpu" ] || fail "needs two CPUs"
threads() { cat "/proc/${POD_PID[$1]}"/task/*/comm; }

prioritise
taskset -pc "$pod_cpu" $$ >/dev/null # pods inherit it
chain
in_ns c1 ping -q -c 5 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
background in_ns s1 iperf3 -s -1 >/dev/null 2>&1
wait_for "iperf3" in_ns s1 sh -c 'ss -ltn | grep -q :5201'
in_ns c1 timeout 20 iperf3 -c 10.2.0.2 -t 2 -J >iperf.json || fail "iperf3"
mbps=$(jq '.end.sum_received.bits_per_second / 1e6 | floor' iperf.json)
[ "$mbps" -gt 0 ] || fail "iperf3 moved nothing"
for p in gw1 fw1 gw2; do
	! threads "$p" | grep -q '^tenant-' || fail "$p has a thread for a tenant"
	[ "$(counter "$p" '.tenants[0].cpu_ns | tonumber')" -gt 0 ] || fail "$p charges its tenant nothing"
	kill -TERM "${POD_PID[$p]}"
	wait "${POD_PID[$p]}" || fail "$p did not stop well"
	unset "POD_PID[$p]"
done

pod fw1 firewall
apply --solo --tenants 1,2 --weights 1:100,2:400 fw1
for attempt in 1 2 3; do # a noisy machine may spoil one measurement, not three
	flood=$(taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 2 \
		--stream 1,0,256 --stream 2,0,256 2>pktgen.log)
	ratio=$(jq '.streams[1].received * 100 / .streams[0].received | floor' <<<"$flood")
	[ "$ratio" -lt 150 ] || [ "$ratio" -gt 800 ] || break
done
[ "$ratio" -ge 150 ] && [ "$ratio" -le 800 ] || fail "four times the weight got $ratio % of the work: $flood"

# received OPTIONS...: packets of the one stream that came back
received() {
	taskset -c "$generator_cpu" "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 1 --stream 1,0,256 "$@" \
		2>pktgen.log | jq '.streams[0].received'
}
for attempt in 1 2 3; do
	most=$(received --window 512)
	beyond=$(($(received) * 100 / most))
	[ "$beyond" -lt 40 ] || break
done
[ "$beyond" -ge 40 ] || fail "sent more than it can do, the pod does $beyond % of that"
echo "TCP $mbps Mbit/s; four times the weight got $ratio % of the work under a flood;" \
	"sent more than it can do a pod does $beyond % of that"
