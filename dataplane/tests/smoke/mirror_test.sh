#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a tap's host gets every packet of both directions as the hosts sent it; a tap that takes nothing any more costs
# copies, counted, and no original.
. "$(dirname "$0")/_lib.sh"

FLOWS=100
ip netns add "$DUT"
hosts 1
host t1 10.9.0.2 10.9.0.1 t1
for p in gw1 gw2 gw3; do pod "$p" gateway; done
pod mi1 mirror
"$HERE/mirror.py" 1 1
for p in gw1 gw2 gw3 mi1; do wait_for "links of $p" links_up "$p"; done
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2

# What the tap sees, by tshark's eyes.
background in_ns t1 tshark -q -l -n -i eth0 -f icmp -T fields -e ip.src -e ip.ttl -e icmp.type -e icmp.seq >seen.txt 2>tshark.log
wait_for "tshark" grep -q "Capturing on" tshark.log
captures() { in_ns c1 ping -q -c 1 -W 1 10.2.0.2 && [ -s seen.txt ]; }
wait_for "tshark to capture" captures
in_ns c1 ping -q -c 100 -i 0.005 -s 1000 10.2.0.2 >ping.txt
grep -q ' 0% packet loss' ping.txt || fail "originals were lost: $(cat ping.txt)"
seen() { grep -Pq "^$1\t64\t$2\t100$" seen.txt; }
wait_for "the last answer's copy" seen 10.2.0.2 0
for side in "10.1.0.2 8" "10.2.0.2 0"; do
	n=$(awk -v src="${side% *}" -v type="${side#* }" '$1 == src && $2 == 64 && $3 == type && !had[$4]++ { n++ } END { print n + 0 }' seen.txt)
	[ "$n" = 100 ] || fail "the tap saw $n of 100 pings of ${side% *}"
done
"$HERE/mirror.py" closes v1 >sum.txt

# Nothing that the tap's host sends goes anywhere.
in_ns t1 ping -q -c 3 -i 0.01 -W 1 10.2.0.2 >/dev/null && fail "a tap's host was answered"
[ "$(counter gw3 '[.tenants[0].drops[] | select(.reason == "DROP_REASON_NO_VIEW") | .packets | tonumber] | add')" = 3 ] ||
	fail "its packets are not counted: $(counter gw3 .tenants[0])"

# load FILE PACKETS: asks until so many packets were injected
load() {
	local asker mark
	mark=$(counter gw1 '.views[0].injected_packets')
	carried() { [ "$(counter gw1 '.views[0].injected_packets')" -gt $((mark + $1)) ]; }
	background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >"$1"
	asker=$!
	wait_for "packets" carried "$2"
	kill -INT "$asker" && wait "$asker"
	[ "$(jq .lost "$1")" = 0 ] || fail "$(jq .lost "$1") originals lost of $(jq .asked "$1")"
}
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
shed() { counter mi1 '[.views[0].drops[]? | select(.reason == "DROP_REASON_TAP_SHED") | .packets | tonumber] | add // 0'; }
kill -STOP "${POD_PID[gw3]}"
load frozen.json 20000
shed=$(shed)
[ "$shed" -gt 10000 ] || fail "only $shed copies were shed while the tap stood still"
others=$(counter mi1 '[.views[0].drops[]? | select(.reason != "DROP_REASON_TAP_SHED") | .packets | tonumber] | add // 0')
[ "$others" = 0 ] || fail "the mirror dropped $others originals"
kill -CONT "${POD_PID[gw3]}"
read -r in out dropped < <("$HERE/mirror.py" closes v1)
"$HERE/mirror.py" 2 2 none
load without.json 20000
echo "$in packets in (copies with them), $out out, $dropped dropped; tap frozen: $shed copies shed, 0 of $(jq .asked frozen.json)" \
	"originals lost, median $(jq .us_p50 frozen.json) us; without copies $(jq .us_p50 without.json) us"
