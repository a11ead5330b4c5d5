# SPDX-License-Identifier: Apache-2.0
# Sourced by the smoke tests of direct server return, which differ in what the packets to the servers are outside.

SERVICE=10.2.0.100 FLOWS=40

# A wire beside the chain for the answers, and the service's address at the servers' host.
wire_for_answers() {
	ip link add direct netns "$ID-c1" type veth peer name direct netns "$ID-s1"
	for side in c1/1 s1/2; do
		ip -n "$ID-${side%/*}" addr add "192.168.9.${side#*/}/24" dev direct
		ip -n "$ID-${side%/*}" link set direct up
		in_ns "${side%/*}" ethtool -K direct tx off >/dev/null
	done
	in_ns s1 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	in_ns c1 sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.direct.rp_filter=0
	ip -n "$ID-s1" addr add $SERVICE/32 dev lo
	ip -n "$ID-s1" route add 10.1.0.0/24 via 192.168.9.1
}

get() { in_ns c1 curl -sf --max-time 5 -o got "http://$SERVICE/page"; }
captured() { # a file with its header only is no sign that packets are looked at
	get && first_ones=$((first_ones + 1)) && [ "$(stat -c %s fabric.pcapng)" -gt 4096 ] && [ "$(stat -c %s direct.pcapng)" -gt 4096 ]
}
closed() { [ "$(counter gw1 '.views[0].injected_packets')" = "$(counter gw2 '.views[0].left_packets')" ]; }
stop_sniffer() { kill -INT "$1" && wait "$1" || true; }
# flows_at PROTOCOL SERVER
flows_at() { tshark -r fabric.pcapng -Y "gre && tcp.flags.syn == 1 && $1.dst == $2" 2>/dev/null | wc -l; }

all_written() { [ $(($(flows_at "$1" "$2") + $(flows_at "$1" "$3"))) -ge $FLOWS ]; }

# servers_answer_directly VERSION PROTOCOL SERVER SERVER: of the IP outside, and as tshark calls it; the servers' addresses
servers_answer_directly() {
	local server sniffer direct_sniffer first second all answers first_ones=0
	wire_for_answers
	background in_ns s1 "$HERE/gre_server.py" 0x101 "$1" # tenant 1, view 1
	server=$!
	wait_for "the tunnel" ip -n "$ID-s1" link set gre0 up
	head -c 300000 /dev/urandom >page
	background in_ns s1 python3 -m http.server 80 --directory "$LAB" >/dev/null 2>http.log
	wait_for "the web server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
	background in_ns s1 tshark -Q -i eth0 -f 'proto 47' -a duration:170 -w fabric.pcapng
	sniffer=$!
	background in_ns c1 tshark -Q -i direct -f "src host $SERVICE" -a duration:170 -s 64 -w direct.pcapng
	direct_sniffer=$!
	wait_for "tshark" captured

	for _ in $(seq $FLOWS); do get || fail "no page: $(cat http.log)"; done
	cmp got page
	kill -0 "$server" || fail "a packet of another kind came"
	wait_for "the sum to close" closed
	[ "$(counter gw2 '.views[0].injected_packets // 0')" = 0 ] || fail "answers came through the chain"
	wait_for "tshark to write the last flows" all_written "$2" "$3" "$4" # what it has not read is lost when it stops
	stop_sniffer $sniffer
	stop_sniffer $direct_sniffer
	tshark -r fabric.pcapng -T fields -e ip.dst -e gre.proto -e gre.key -e frame.protocols -Y 'gre && !nsh' 2>/dev/null >packets.txt
	[ "$(awk '{ split($4, headers, ":"); print $2, $3, headers[3] }' packets.txt | sort -u)" = "0x0800 0x00000101 $2" ] \
		|| fail "GRE headers: $(sort packets.txt | uniq -c)"
	first=$(flows_at "$2" "$3") second=$(flows_at "$2" "$4")
	all=$((first + second))
	[ $all -ge $FLOWS ] && [ $all -le $((FLOWS + first_ones)) ] || fail "flows: $first and $second, $first_ones before the $FLOWS"
	[ "$first" -ge 8 ] && [ "$second" -ge 8 ] || fail "flows: $first and $second"
	answers=$(tshark -r direct.pcapng 2>/dev/null | wc -l)
	[ "$answers" -gt $((FLOWS * 4)) ] || fail "only $answers answers came directly"
	echo "$((FLOWS + first_ones)) connections: $first and $second by server; $(wc -l <packets.txt) packets in GRE there, $answers answers directly"
}
