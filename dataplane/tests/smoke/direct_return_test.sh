#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: plain servers get their share of flows in GRE without NSH, take the packets out by themselves and answer the client
# by their own route: no answer comes back through the chain, and the client notices nothing.
. "$(dirname "$0")/_lib.sh"

SERVICE=10.2.0.100 FLOWS=40
chain --servers 11,12
ip link add direct netns "$ID-c1" type veth peer name direct netns "$ID-s1"
for side in c1/1 s1/2; do
	ip -n "$ID-${side%/*}" addr add "192.168.9.${side#*/}/24" dev direct
	ip -n "$ID-${side%/*}" link set direct up
	in_ns "${side%/*}" ethtool -K direct tx off >/dev/null
done
in_ns s1 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
in_ns c1 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.direct.rp_filter=0
for n in 11 12; do ip -n "$ID-s1" addr add 10.2.0.$n/24 dev eth0; done
ip -n "$ID-s1" addr add $SERVICE/32 dev lo
ip -n "$ID-s1" route add 10.1.0.0/24 via 192.168.9.1

background in_ns s1 "$HERE/gre_server.py" 0x101 # tenant 1, view 1
server=$!
wait_for "the tunnel" ip -n "$ID-s1" link set gre0 up
head -c 300000 /dev/urandom >page
background in_ns s1 python3 -m http.server 80 --directory "$LAB" >/dev/null 2>http.log
wait_for "the web server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
background in_ns s1 tshark -Q -i eth0 -f 'proto 47' -a duration:60 -w fabric.pcapng
sniffer=$!
background in_ns c1 tshark -Q -i direct -f "src host $SERVICE" -a duration:60 -s 64 -w direct.pcapng
direct_sniffer=$!
get() { in_ns c1 curl -sf --max-time 5 -o got "http://$SERVICE/page"; }
first_ones=0
captured() { # a file with its header only is no sign that packets are looked at
	get && first_ones=$((first_ones + 1)) && [ "$(stat -c %s fabric.pcapng)" -gt 4096 ] && [ "$(stat -c %s direct.pcapng)" -gt 4096 ]
}
wait_for "tshark" captured

for _ in $(seq $FLOWS); do get || fail "no page: $(cat http.log)"; done
cmp got page
kill -0 "$server" || fail "a packet of another kind came"
closed() { [ "$(counter gw1 '.views[0].injected_packets')" = "$(counter gw2 '.views[0].left_packets')" ]; }
wait_for "the sum to close" closed
[ "$(counter gw2 '.views[0].injected_packets // 0')" = 0 ] || fail "answers came through the chain"
stop_sniffer() { kill -INT "$1" && wait "$1" || true; }
stop_sniffer $sniffer
stop_sniffer $direct_sniffer
tshark -r fabric.pcapng -T fields -e ip.dst -e gre.proto -e gre.key -Y 'gre && !nsh' 2>/dev/null >packets.txt
[ "$(awk '{ print $2, $3 }' packets.txt | sort -u)" = "0x0800 0x00000101" ] || fail "GRE headers: $(sort packets.txt | uniq -c)"
flows_at() { tshark -r fabric.pcapng -Y "gre && tcp.flags.syn == 1 && ip.dst == 10.2.0.$1" 2>/dev/null | wc -l; }
first=$(flows_at 11) second=$(flows_at 12)
all=$((first + second))
[ $all -ge $FLOWS ] && [ $all -le $((FLOWS + first_ones)) ] || fail "flows: $first and $second, $first_ones before the $FLOWS"
[ "$first" -ge 8 ] && [ "$second" -ge 8 ] || fail "flows: $first and $second"
answers=$(tshark -r direct.pcapng 2>/dev/null | wc -l)
[ "$answers" -gt $((FLOWS * 4)) ] || fail "only $answers answers came directly"
echo "$((FLOWS + first_ones)) connections: $first and $second by server; $(wc -l <packets.txt) packets in GRE there, $answers answers directly"
