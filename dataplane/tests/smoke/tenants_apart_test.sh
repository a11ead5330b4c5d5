#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: two tenants with the same addresses, through the same pods, never see each other's packets.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
for t in 1 2; do hosts "$t"; done
pod gw1 gateway
pod gw2 gateway
pod fw1 firewall
apply --tenants 1,2 gw1 gw2 fw1
for p in gw1 gw2 fw1; do wait_for "links of $p" links_up "$p"; done

for t in 1 2; do
	mkdir "www$t"
	echo "server of tenant $t" >"www$t/index.html"
	background in_ns "s$t" python3 -m http.server --directory "$LAB/www$t" 80 >/dev/null 2>&1
	wait_for "web server" in_ns "s$t" sh -c 'ss -ltn | grep -q :80'
done
for round in 1 2 3 4 5; do
	for t in 1 2; do
		got=$(in_ns "c$t" curl -s -m 5 http://10.2.0.2/index.html) || fail "HTTP of tenant $t"
		[ "$got" = "server of tenant $t" ] || fail "tenant $t got '$got'"
	done
done

# Tenant 2 alone talks: nothing may reach tenant 1's server.
before=$(in_ns s1 cat /proc/net/snmp | awk '/^Icmp: [0-9]/{print $2}')
in_ns c2 ping -q -c 50 -i 0.01 -W 2 10.2.0.2 >/dev/null || fail "ping of tenant 2"
after=$(in_ns s1 cat /proc/net/snmp | awk '/^Icmp: [0-9]/{print $2}')
[ "$before" = "$after" ] || fail "tenant 1's server got ICMP of tenant 2"

for t in 1 2; do
	n=$(counter fw1 ".views[] | select(.tenant_id == $t) | [.edges[].packets | tonumber] | add")
	[ "$n" -gt 0 ] || fail "tenant $t is not counted"
done
# With one CPU there is no thread per tenant, and no cgroup.
[ "$(nproc)" = 1 ] || [ "$(counter fw1 '[.tenants[].cgroup] | unique | length')" = 2 ] || fail "the tenants share a cgroup"
