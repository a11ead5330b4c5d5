#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: behind two NAT pods hosts are seen by public addresses only, with right checksums; TCP, UDP, ping, fragments and
# ICMP errors find their way back; nobody outside begins a flow; a flip of the view keeps a connection and its port.
. "$(dirname "$0")/_lib.sh"
HOSTS=12

ip netns add "$DUT"
hosts 1
pod gw1 gateway
pod gw2 gateway
pod fw1 nat
pod fw2 nat
apply --nat 192.0.2.8/30 --firewalls fw1,fw2 gw1 gw2 fw1 fw2
for p in gw1 gw2 fw1 fw2; do wait_for "links of $p" links_up "$p"; done
for ((n = 3; n < 3 + HOSTS; n++)); do ip -n "$ID-c1" addr add "10.1.0.$n/24" dev eth0; done

background in_ns s1 "$HERE/nat_echo.py" serve
wait_for "echo server" in_ns s1 sh -c 'ss -ltn | grep -q :7000'
background in_ns s1 tshark -q -i eth0 -w seen.pcapng 2>tshark.log
wait_for "capture" test -s seen.pcapng

# UDP: each host by a public end of its own, which stays
for ((n = 2; n < 3 + HOSTS; n++)); do
	seen=$(in_ns c1 "$HERE/nat_echo.py" ask "10.1.0.$n") || fail "host $n got no answer"
	[ "$(in_ns c1 "$HERE/nat_echo.py" ask "10.1.0.$n")" = "$seen" ] || fail "host $n was moved from $seen"
	echo "$seen" >>ends
done
[ "$(sort -u ends | wc -l)" = $((HOSTS + 1)) ] || fail "two hosts share a public end"
! grep -v '^192\.0\.2\.\(8\|9\|10\|11\) ' ends || fail "not a public address"
for p in fw1 fw2; do
	[ "$(counter "$p" '.tenants[0].nat_mappings | tonumber')" -gt 0 ] || fail "$p has no mapping"
	[ "$(counter "$p" '.tenants[0].nat_blocks | tonumber')" -gt 100 ] || fail "$p has hardly a block"
done

# ping, whole and in fragments both ways; an ICMP error comes to the socket that it is about
in_ns c1 ping -q -c 5 -i 0.05 -W 2 10.2.0.2 >ping.out || fail "ping: $(cat ping.out)"
in_ns c1 ping -q -c 3 -i 0.05 -W 2 -s 4000 10.2.0.2 >ping.out || fail "ping in fragments: $(cat ping.out)"
in_ns c1 "$HERE/nat_echo.py" refused 9 || fail "no port unreachable came back"

# TCP, over a flip
mkfifo asks
in_ns c1 "$HERE/nat_echo.py" hold asks >answers &
PIDS+=($!)
exec 5>asks
echo >&5
wait_for "an answer by TCP" sh -c '[ "$(wc -l <answers)" = 1 ]'
apply --generation 2 --nat 192.0.2.8/30 --firewalls fw1,fw2 --view 2:v2 gw1 gw2 fw1 fw2
echo >&5
wait_for "an answer behind the flip" sh -c '[ "$(wc -l <answers)" = 2 ]'
[ "$(sort -u answers | wc -l)" = 1 ] || fail "the flip moved the connection: $(cat answers)"
exec 5>&-

# from outside: to a port nobody has, and to one that another host was sent from
read -r address port <answers
! in_ns s1 curl -s -m 1 "http://192.0.2.9:2000/" || fail "a stranger came in"
! in_ns s1 curl -s -m 1 "http://$address:$port/" || fail "a stranger came in by a mapping"
drops=0
for p in fw1 fw2; do
	n=$(counter "$p" '[.views[].drops[]? | select(.reason == "DROP_REASON_NO_MAPPING") | .packets | tonumber] | add // 0')
	drops=$((drops + n))
done
[ "$drops" -ge 2 ] || fail "$drops drops as NO_MAPPING"

kill -INT "${PIDS[1]}"
wait "${PIDS[1]}" 2>/dev/null || true
shark() { tshark -r seen.pcapng -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE -Y "$1" 2>/dev/null; }
[ "$(shark 'ip.src == 192.0.2.8/30' | wc -l)" -gt 30 ] || fail "tshark saw hardly a public source"
[ "$(shark 'ip.addr == 10.1.0.0/24' | wc -l)" = 0 ] || fail "an inside address was seen outside: $(shark 'ip.addr == 10.1.0.0/24' | head -3)"
[ "$(shark 'tcp.checksum.status == "Bad" || udp.checksum.status == "Bad" || ip.checksum.status == "Bad" || icmp.checksum.status == "Bad"' | wc -l)" = 0 ] ||
	fail "wrong checksums"
