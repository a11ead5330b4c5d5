#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a fabric that is IPv6 outside carries tenants' IPv4 and IPv6 both ways, TCP clamped to what is left of its MTU and
# fragments included; tshark reads its packets, one flow has one flow label, explain tells the way, probes are answered.
. "$(dirname "$0")/_lib.sh"

chain --outer-ipv6 --ipv6 --mtu 1400 --health 100:10 --rules icmp,icmpv6,tcp/5201
host6 c1 fd00:1::2 fd00:1::1
host6 s1 fd00:2::2 fd00:2::1

"$CTL" --control fw1.ctl capture-start fw1.pcapng >/dev/null
in_ns c1 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
in_ns c1 ping -6 -q -c 3 -i 0.05 -W 2 fd00:2::2 >/dev/null || fail "ping over IPv6"
"$CTL" --control fw1.ctl capture-stop >/dev/null

# Echo request 1: into the firewall with SI 254, out of it with 253; the same numbers on the way back.
tshark -r fw1.pcapng -Y 'icmp.seq == 1' -T fields -e icmp.type -e gre.key -e nsh.spi -e nsh.si -e ipv6.src -e ipv6.nxt -e ipv6.hlim \
	2>/dev/null | tr '\t' ' ' >seen.txt
cat >expected.txt <<END
8 0x00000101 1 254 fd00:200::1 47 64
8 0x00000101 1 253 fd00:200::3 47 64
0 0x00000101 2 254 fd00:200::2 47 64
0 0x00000101 2 253 fd00:200::3 47 64
END
diff expected.txt seen.txt || fail "tshark sees other packets"
# Two flows, each with one label for a sender: 4 in all, as its low byte is the sender's position (two flows may have 12 bits of hash alike).
labels=$(tshark -r fw1.pcapng -Y 'icmp || icmpv6' -T fields -e ipv6.flow 2>/dev/null | cut -d, -f1 | sort -u | wc -l)
packets=$(tshark -r fw1.pcapng -Y 'icmp || icmpv6' 2>/dev/null | wc -l)
[ "$labels" -ge 2 ] && [ "$labels" -le 4 ] || fail "$labels flow labels for two flows"

# Before the hosts learn the way's MTU, which would make their own MSS as small.
background in_ns s1 iperf3 -s >/dev/null 2>&1
wait_for "iperf3" in_ns s1 sh -c 'ss -ltn | grep -q :5201'
for family in 4 6; do
	server=10.2.0.2
	[ $family = 4 ] || server=fd00:2::2
	in_ns c1 timeout 30 iperf3 -$family -c $server -n 5M -J >iperf$family.json || fail "TCP over IPv$family"
	[ "$(jq .end.sum_received.bytes iperf$family.json)" -gt 0 ] || fail "TCP over IPv$family: $(jq .end.sum_received.bytes iperf$family.json) bytes"
done
[ "$(counter gw1 '.tenants[0].mss_clamped // 0')" -gt 0 ] || fail "no MSS was clamped"

in_ns c1 ping -c 1 -W 2 -M do -s 1330 10.2.0.2 >ptb.log 2>&1 && fail "1358 bytes passed a way of 1344"
in_ns c1 ip route get 10.2.0.2 | grep -q 'mtu 1344' || fail "the way's MTU was not learned: $(in_ns c1 ip route get 10.2.0.2)"
in_ns c1 ping -6 -c 1 -W 2 -M do -s 1400 fd00:2::2 >ptb6.log 2>&1 && fail "1448 bytes passed a way of 1344"
in_ns c1 ip -6 route get fd00:2::2 | grep -q 'mtu 1344' || fail "the way's MTU was not learned over IPv6"
in_ns c1 ping -6 -q -c 3 -i 0.05 -W 2 -s 4000 fd00:2::2 >/dev/null || fail "ping in fragments"

background "$CTL" --control gw1.ctl explain --tenant-id 1 --packets 1 --destination 10.2.0.2 --protocol icmp gw2.ctl fw1.ctl >way.txt
explain=$!
while kill -0 "$explain" 2>/dev/null; do in_ns c1 ping -q -c 2 -i 0.05 -W 1 10.2.0.2 >/dev/null || true; done
wait "$explain" || fail "explain: $(cat way.txt)"
[ "$(awk '$1 == 1 { print $3 }' way.txt | tr '\n' ' ')" = "gw1 fw1 gw2 " ] || fail "hops out of order: $(cat way.txt)"

answered() { [ "$(counter gw1 '.ports[] | select(.name == "fw1") | .probes_answered // 0')" -gt 0 ]; }
wait_for "an answered probe" answered
for p in gw1 gw2 fw1; do
	[ "$(counter $p '.malformed_packets // 0')" = 0 ] || fail "$p finds packets of its neighbours malformed"
done

echo "IPv6 outside: $packets packets with $labels labels; clamped $(counter gw1 '.tenants[0].mss_clamped'), hops $(awk '$1 == 1 { print $3 }' way.txt | tr '\n' ' ')"
