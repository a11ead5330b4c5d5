#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: packets of a class enter another chain and their answers come back through the stateful functions of both; views of that chain are
# replaced under load without a loss; chains that enter each other are cut, and every sum closes.
. "$(dirname "$0")/_lib.sh"

FLIPS=8 FLOWS=64
. "$HERE/_view_enter.sh"
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
wait_for "first answer from afar" in_ns c1 ping -q -c 1 -W 1 10.3.0.2

# By tshark's eyes: what cl1 hands on is of view 2 and marked as entered, what comes back to it too.
"$CTL" --control cl1.ctl capture-start cl1.pcapng >/dev/null
in_ns c1 ping -q -c 1 -W 2 10.3.0.2 >/dev/null || fail "no answer from afar"
"$CTL" --control cl1.ctl capture-stop >/dev/null
tshark -r cl1.pcapng -T fields -e icmp.type -e gre.key -e nsh.spi -e nsh.si 2>/dev/null | sort >seen.txt
cat >expected.txt <<END
0	0x00000101	258	253
0	0x00000102	2	252
8	0x00000101	1	253
8	0x00000102	257	254
END
diff expected.txt seen.txt || fail "tshark sees other packets"

background in_ns f1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns f1 sh -c 'ss -lun | grep -q :7'
background in_ns c1 "$HERE/echo_flows.py" ask 10.3.0.2 7 $FLOWS >load.json
load=$!
carried() { [ "$(counter cl1 '[.views[] | select(.uid == "one") | .handed_packets | tonumber] | add')" -gt 1000 ]; }
wait_for "packets" carried
timeout 100 "$HERE/view_enter.py" flips $FLIPS >flips.txt 2>&1 || fail "$(cat flips.txt)"
kill -INT "$load" && wait "$load"
[ "$(jq .lost load.json)" = 0 ] || fail "$(jq .lost load.json) lost of $(jq .asked load.json)"
last=$((2 + FLIPS))
"$HERE/view_enter.py" closes one two-$last >closed.txt 2>&1 || fail "$(cat closed.txt)"

# drops REASON: over all pods
drops() {
	for p in gw1 gw2 fw1 cl1; do
		counter "$p" "[.views[].drops[]? | select(.reason == \"DROP_REASON_$1\") | .packets | tonumber] | add // 0"
	done | awk '{ s += $1 } END { print s + 0 }'
}
[ "$(drops VIEW_LOOP)" = 0 ] || fail "loops where there are none"
in_ns f1 ping -q -c 2 -i 0.05 -W 1 10.1.0.2 >/dev/null && fail "a host of the other chain began a flow"
[ "$(drops DENIED)" = 2 ] || fail "its two packets were not denied: $(drops DENIED)"
"$HERE/view_enter.py" circle
in_ns c1 ping -q -c 10 -i 0.01 -W 1 10.3.0.2 >/dev/null && fail "answers from a circle"
looped() { [ "$(drops VIEW_LOOP)" = 10 ]; }
wait_for "10 packets to be cut as VIEW_LOOP" looped
"$HERE/view_enter.py" closes one two-99 >circle.txt 2>&1 || fail "$(cat circle.txt)"
[ "$(drops TTL_EXPIRED)" = 0 ] || fail "some were cut as TTL_EXPIRED"
in_ns c1 ping -q -c 3 -i 0.01 -W 2 10.2.0.2 >/dev/null || fail "the first chain does not carry any more"
echo "$FLIPS views replaced with $(cat flips.txt) packets in them, 0 of $(jq .asked load.json) questions lost;" \
	"10 packets in a circle cut after $(sed -n 's/^two-99 \([0-9]*\).*/\1/p' circle.txt) entries"
