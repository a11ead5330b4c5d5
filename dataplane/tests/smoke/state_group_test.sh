#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: when one of two gateways that share their flows is killed at load, at least 99.9 % of its flows keep their backend
# through the other one, whether they hear each other over IPv4 or IPv6; without sharing they don't.
. "$(dirname "$0")/_lib.sh"

FLOWS=2000
first_port=20000
ip netns add "$DUT"
ip -n "$DUT" link set lo up
hosts 1
ip link add c1b netns "$DUT" type veth peer name eth1 netns "$ID-c1"
ip -n "$DUT" link set c1b up
ip -n "$ID-c1" link set eth1 up
ip -n "$ID-c1" addr add 10.1.0.2/24 dev eth1
in_ns c1 ethtool -K eth1 tx off >/dev/null
in_ns c1 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'

by() { in_ns c1 ip route replace 10.2.0.0/24 via 10.1.0.1 dev "$1" && in_ns c1 ip route flush cache; }
flows() { counter "$1" '.tenants[0].flows // 0'; }
injected() { counter "$1" '.views[0].injected_packets // 0'; }
has_flows() { [ "$(flows "$1")" -ge $FLOWS ]; }
carries() { [ "$(injected "$1")" -ge $((mark + $2)) ]; }
is_synced() { [ "$("$CTL" --control "$1.ctl" hello | jq .synced)" = true ]; }
hears() { [ "$(counter "$1" '.state_group.members[0] | .connected and .snapshots != null')" = true ]; }

# moved [SHARE]: kills gw1 under the flows' load; how many of them the other firewall got to see is in $moved
moved() {
	local share=("${@}")
	for p in gw1 gw2 gw3; do pod "$p" gateway; done
	for p in fw1 fw2; do pod "$p" firewall; done
	"$HERE/state_group.py" 1 --firewalls fw1 "${share[@]}" gw1 gw2 gw3 fw1 fw2
	for p in gw1 gw2 gw3 fw1 fw2; do wait_for "links of $p" links_up "$p"; done
	by eth0
	background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS 10.1.0.2 $first_port >load.json
	load=$!
	wait_for "all flows on fw1" has_flows fw1
	if [ ${#share[@]} -gt 0 ]; then
		for p in gw1 gw3; do wait_for "snapshot at $p" hears "$p" && is_synced "$p" || fail "$p is not synced"; done
		wait_for "gw1's flows at gw3" has_flows gw3
	fi
	"$HERE/state_group.py" 2 --firewalls fw1,fw2 "${share[@]}" gw1 gw2 gw3 fw1 fw2
	mark=$(injected gw1)
	wait_for "traffic" carries gw1 $((2 * FLOWS))
	[ "$(flows fw2)" = 0 ] || fail "a flow moved when fw2 joined"
	kill_pod gw1
	by eth1
	mark=0
	wait_for "traffic by gw3" carries gw3 $((2 * FLOWS))
	wait_for "every flow by gw3" has_flows gw3
	moved=$(flows fw2)
	kill -INT $load && wait $load
}

moved
[ "$moved" -gt $((FLOWS / 4)) ] || fail "only $moved of $FLOWS flows moved without sharing: the test shows nothing"
without=$moved

# keeps_flows WHAT [options of state_group.py]: when gw1 and gw3 share; the test's last line tells of it
keeps_flows() {
	for p in gw2 gw3 fw1 fw2; do kill_pod "$p"; done
	moved --share gw1,gw3 "${@:2}"
	[ "$moved" -le $((FLOWS / 1000)) ] || fail "$moved of $FLOWS flows moved over $1"
	[ "$(counter gw3 '.state_group.members[0].lag_ms')" -gt 0 ] || fail "gw3 knows all of a dead pod"
	kept+="; over $1 $moved, $(jq .lost load.json) questions lost of $(jq .asked load.json)"
}

kept=
first_port=30000
keeps_flows IPv4
first_port=40000
ipv6_of() { in_ns dut sh -c "echo 0 >/proc/sys/net/ipv6/conf/$1/disable_ipv6"; }
ipv6_of all && ipv6_of lo
for n in 1 6; do ip -n "$DUT" addr add "fd00:200::$n/128" dev lo; done # gw1's and gw3's
keeps_flows IPv6 --outer-ipv6
in_ns dut ss -ltnH | grep -q '\[fd00:200::6\]:7106' || fail "gw3 does not listen at its IPv6 address"
echo "gw1 killed: of $FLOWS flows moved $without without sharing$kept"
