#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: the next packets of a flow tell each hop's decision, from the packets themselves; tshark sees the O bit on
# those that were asked for and on no other.
. "$(dirname "$0")/_lib.sh"

chain --rules icmp,tcp/80
in_ns c1 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
"$CTL" --control fw1.ctl capture-start fw1.pcapng >/dev/null

# explained NAME COMMAND...: explains packets that match $FILTER while COMMAND runs again and again
explained() {
	background "$CTL" --control gw1.ctl explain --tenant-id 1 --packets 2 "${FILTER[@]}" gw2.ctl fw1.ctl >"$1.txt"
	local pid=$!
	while kill -0 "$pid" 2>/dev/null; do "${@:2}" >/dev/null 2>&1 || true; done
	wait "$pid" || fail "explain $1"
}

expect() { grep -Eq "$2" "$1.txt" || fail "$1 lacks \"$2\": $(cat "$1.txt")"; }

FILTER=(--source 10.1.0.2 --destination 10.2.0.2 --protocol icmp)
explained ping in_ns c1 ping -q -c 2 -i 0.05 -W 1 10.2.0.2
expect ping '^ +1 +forward +gw1 +client +to firewall, fw1 \((flow|maglev)\)'
expect ping '^ +1 +forward +fw1 +firewall +rule icmp, to server, gw2 \((flow|maglev)\)'
expect ping '^ +1 +forward +gw2 +server +left to its host'
expect ping '^ +128 +reverse +gw2 +server +to firewall, fw1 \(flow\)'
expect ping '^ +128 +reverse +gw1 +client +left to its host'
[ "$(awk '$1 == 1 { print $3 }' ping.txt | tr '\n' ' ')" = "gw1 fw1 gw2 " ] || fail "hops out of order: $(cat ping.txt)"

FILTER=(--destination 10.2.0.2/32 --protocol tcp --destination-port 81)
explained denied in_ns c1 curl -s -m 0.2 http://10.2.0.2:81/
expect denied '^ +1 +forward +gw1 +client +to firewall, fw1'
expect denied '^ +1 +forward +fw1 +firewall +default, dropped: denied'
grep -q gw2 denied.txt && fail "a denied packet came to gw2: $(cat denied.txt)"

in_ns c1 ping -q -c 5 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
"$CTL" --control fw1.ctl capture-stop >/dev/null
marked=$(tshark -r fw1.pcapng -Y 'nsh.Obit == 1' -T fields -e nsh.spi -e icmp.type -e tcp.dstport 2>/dev/null | sort | uniq -c)
# Two requests and two answers, into the firewall and out of it; two SYNs into it.
[ "$(awk '{ print $1 }' <<<"$marked" | tr '\n' ' ')" = "2 4 4 " ] || fail "marked are: $marked"
plain=$(tshark -r fw1.pcapng -Y 'nsh.Obit == 0' 2>/dev/null | wc -l)
[ "$plain" -gt 0 ] || fail "all packets are marked"
echo "marked $(awk '{ n += $1 } END { print n }' <<<"$marked") of $((plain + 10)) frames"
