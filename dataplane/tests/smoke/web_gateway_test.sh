#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: real clients of TLS, HTTP and QUIC reach the sites whose names are allowed and no other: denied ones are told at once,
# and tshark at their server sees no byte of what the client said.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
hosts 1
pod gw1 gateway
pod gw2 gateway
pod fw1 web-gateway
"$HERE/web_gateway.py" apply
for p in gw1 gw2 fw1; do wait_for "links of $p" links_up "$p"; done

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=site -keyout key.pem -out cert.pem 2>openssl.txt
echo hello >index.html
background in_ns s1 openssl s_server -quiet -accept 443 -cert cert.pem -key key.pem -WWW >/dev/null 2>&1
background in_ns s1 python3 -m http.server --directory "$LAB" 80 >/dev/null 2>&1
background in_ns s1 "$HERE/web_gateway.py" udp-server
for port in :80 :443; do wait_for "port $port" in_ns s1 sh -c "ss -ltn | grep -q $port"; done
wait_for "the QUIC server" in_ns s1 sh -c 'ss -lun | grep -q :443'
background in_ns s1 tshark -Q -i eth0 -a duration:100 -w server.pcapng
sniffer=$!
wait_for "tshark" test -s server.pcapng

# get URL NAME: what curl prints of a page of the site, its exit status in $status
get() {
	status=0
	in_ns c1 curl -sk -m 10 -w '%{http_code}' --resolve "$2:80:10.2.0.2" --resolve "$2:443:10.2.0.2" "$1://$2/index.html" || status=$?
}

for name in good.example cdn.evil.example; do
	[ "$(get https "$name")" = $'hello\n200' ] || fail "TLS to $name"
	[ "$(get http "$name")" = $'hello\n200' ] || fail "HTTP to $name"
done
for name in evil.example www.evil.example; do
	get https "$name" >/dev/null
	[ "$status" = 35 ] || fail "TLS to $name ends with $status, not a reset"
	page=$(get http "$name")
	[[ $page == *"This site is blocked"*403 ]] || fail "HTTP to $name: $page"
done
status=0
in_ns c1 curl -sk -m 10 https://10.2.0.2/index.html >/dev/null || status=$?
[ "$status" = 35 ] || fail "TLS without a name ends with $status"

in_ns c1 "$HERE/web_gateway.py" split split.example evil.example
in_ns c1 "$HERE/web_gateway.py" quic quic.example evil.example last.example

names_seen() { tshark -r server.pcapng -T fields -e tls.handshake.extensions_server_name -e http.host 2>/dev/null | tr '\t' '\n' | sort -u; }
sniffed_all() { names_seen | grep -q last.example; }
wait_for "tshark to see the last name" sniffed_all
kill -INT "$sniffer" && wait "$sniffer" || true
names=$(names_seen | xargs)
[ "$names" = "cdn.evil.example good.example last.example quic.example split.example" ] || fail "the server saw: $names"
streams() { tshark -r server.pcapng -Y "$1" -T fields -e tcp.stream 2>/dev/null | sort -u | wc -l; }
reset=$(streams 'tcp.flags.reset == 1 && ip.src == 10.1.0.2') silent=$(streams 'tcp.flags.syn == 1')
spoken=$(streams 'tcp.len > 0 && ip.src == 10.1.0.2')
[ $((silent - spoken)) = 6 ] && [ "$reset" -ge 6 ] || fail "$silent connections, $spoken spoke, $reset reset"

memory() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/${POD_PID[fw1]}/status"; }
before=$(memory)
"$HERE/web_gateway.py" million
for name in site-0.p0.blocked.example site-499999.p1.blocked.example; do
	get https "$name" >/dev/null
	[ "$status" = 35 ] || fail "TLS to $name of a million names ends with $status"
done
[ "$(get https site-500000.p1.blocked.example)" = $'hello\n200' ] || fail "TLS to a name that no list has"
after=$(memory)

# Sums over all pods close: what the web gateway sent itself is injected at it.
closed() {
	for p in gw1 gw2 fw1; do counter "$p" '.views[0]'; done | jq -se '
		def n: (. // "0") | tonumber;
		([.[].injected_packets | n] | add) == ([.[].left_packets | n] | add) + ([.[].drops[]?.packets | n] | add // 0)' >/dev/null
}
wait_for "the sums to close" closed
denied=$(counter fw1 '[.views[0].drops[] | select(.reason == "DROP_REASON_NAME_DENIED") | .packets | tonumber] | add')
[ "$denied" -ge 8 ] || fail "$denied packets denied"
echo "$denied packets denied, $reset of $silent connections reset; a million names: $((after - before)) MiB more"
