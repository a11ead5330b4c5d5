#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: behind two NAT pods real hosts are seen by the external prefix only, with right checksums; ping, TCP, datagrams in
# fragments and packet-too-big pass both ways, a server begins a connection to a host, and one pod's death ends none.
. "$(dirname "$0")/_lib.sh"
INSIDE=fd00:1::2
OUTSIDE=2001:db8:1:$(python3 - <<'PY'
# RFC 6296 section 3.1, on fd00:1:0::/48 and 2001:db8:1::/48
def total(words):
    return sum(words) % 0xffff
print(f"{(total([0xfd00, 1, 0]) - total([0x2001, 0xdb8, 1])) % 0xffff:x}")
PY
)::2

# host6 NAME ADDRESS ROUTER
host6() {
	in_ns "$1" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
	ip -n "$ID-$1" -6 addr add "$2/64" dev eth0 nodad
	ip -n "$ID-$1" -6 route add default via "$3"
}

ip netns add "$DUT"
hosts 1
pod gw1 gateway
pod gw2 gateway
pod fw1 nat
pod fw2 nat
chain_of() { apply --generation "$1" --nat fd00:1::/48=2001:db8:1::/48 --ipv6 --mtu 1400 --firewalls "${@:2}"; }
chain_of 1 fw1,fw2 gw1 gw2 fw1 fw2
for p in gw1 gw2 fw1 fw2; do wait_for "links of $p" links_up "$p"; done
host6 c1 $INSIDE fd00:1::1
host6 s1 fd00:2::2 fd00:2::1
background in_ns s1 tshark -q -i eth0 -w seen.pcapng 2>tshark.log
shark_pid=$!
wait_for "capture" test -s seen.pcapng

in_ns c1 ping -6 -q -c 5 -i 0.05 -W 5 fd00:2::2 >ping.out || fail "ping: $(cat ping.out)"
in_ns s1 ping -6 -q -c 5 -i 0.05 -W 5 "$OUTSIDE" >ping.out || fail "ping from outside to $OUTSIDE: $(cat ping.out)"
in_ns c1 ping -6 -c 1 -W 5 -M do -s 1400 fd00:2::2 >ptb.log 2>&1 && fail "1448 bytes passed a way of 1364"
in_ns c1 ip -6 route get fd00:2::2 | grep -q 'mtu 1364' || fail "the host did not learn the way's MTU"
in_ns s1 ping -6 -c 1 -W 5 -M do -s 1400 "$OUTSIDE" >ptb.log 2>&1 && fail "1448 bytes passed inwards"
in_ns s1 ip -6 route get "$OUTSIDE" | grep -q 'mtu 1364' || fail "the outer host did not learn the way's MTU"
in_ns c1 ping -6 -q -c 3 -i 0.05 -W 5 -s 4000 fd00:2::2 >ping.out || fail "ping in fragments: $(cat ping.out)"
in_ns s1 ping -6 -q -c 3 -i 0.05 -W 5 -s 4000 "$OUTSIDE" >ping.out || fail "ping in fragments inwards: $(cat ping.out)"

# connections of which each meets one of the two pods, by hash, some each; then all go on by the one that is left
FLOWS=50
background in_ns s1 "$HERE/tcp_flows.py" serve 80 $FLOWS >server.txt
server=$!
wait_for "server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
background in_ns c1 "$HERE/tcp_flows.py" connect fd00:2::2 80 $FLOWS
wait_for "connections" grep -q all server.txt
for p in fw1 fw2; do
	[ "$(counter "$p" '.tenants[0].flows // 0 | tonumber')" -gt 0 ] || fail "$p sees no flow"
done
[ "$(in_ns s1 ss -tnH state established "sport = :80" | grep -c -F "[$OUTSIDE]")" = $FLOWS ] ||
	fail "not all are seen by $OUTSIDE: $(in_ns s1 ss -tnH state established "sport = :80" | head -3)"
chain_of 2 fw2 gw1 gw2 fw2
kill_pod fw1
kill -USR1 $server
wait $server
went_on=$(sed -n 's/ of .*//p' server.txt)
[ "$went_on" = $FLOWS ] || fail "only $went_on of $FLOWS connections went on"

# to an address that has no counterpart
in_ns s1 ping -6 -c 2 -i 0.05 -W 1 2001:db8:1:ffff::2 >ping.out && fail "subnet ffff answered"
drops() { counter fw2 '[.views[].drops[]? | select(.reason == "DROP_REASON_UNMAPPABLE") | .packets | tonumber] | add // 0'; }
[ "$(drops)" -ge 2 ] || fail "$(drops) drops as UNMAPPABLE"

kill -INT $shark_pid
wait $shark_pid 2>/dev/null || true
shark() { tshark -r seen.pcapng -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -Y "$1" 2>/dev/null; }
outside=$(shark 'ipv6.addr == 2001:db8:1::/48 && !icmpv6.type == 135' | wc -l)
[ "$outside" -gt 200 ] || fail "tshark saw only $outside packets of the external prefix"
[ "$(shark 'ipv6.addr == fd00:1::/48' | wc -l)" = 0 ] || fail "an internal address was seen outside: $(shark 'ipv6.addr == fd00:1::/48' | head -3)"
[ "$(shark 'tcp.checksum.status == "Bad" || icmpv6.checksum.status == "Bad"' | wc -l)" = 0 ] || fail "wrong checksums"
echo "NPTv6: $outside packets of 2001:db8:1::/48 outside, none of fd00:1::/48, $went_on of $FLOWS connections outlived a pod"
