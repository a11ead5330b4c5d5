# SPDX-License-Identifier: Apache-2.0
# Sourced by tests in which established connections must outlive a pod between three gateways and two pods of a state group.
# They say FLOWS, how many connections, and OPTIONS, what state_group.py is told of the pods' function.
. "$(dirname "${BASH_SOURCE[0]}")/_lib.sh"

ip netns add "$DUT"
ip -n "$DUT" link set lo up
hosts 1
for p in gw1 gw2 gw3; do pod "$p" gateway; done
ip link add c1b netns "$DUT" type veth peer name c1c netns "$DUT" # gw3's, which has no host here

generation=0
# states OPTION... POD...: the next state, to these pods
states() {
	generation=$((generation + 1))
	"$HERE/state_group.py" "$generation" "${OPTIONS[@]}" "$@"
}

said() { grep -q "$2" "$1"; }
# synced POD: it has the snapshot that it asked for
synced() { [ "$("$CTL" --control "$1.ctl" hello | jq .synced)" = true ]; }
now_ms() { date +%s%3N; }
# knows POD: all that the other one knew when the connections had begun
knows() {
	[ "$(counter "$1" '.state_group.members[0] | if .connected then .lag_ms // 0 | tonumber else 1000000 end')" -lt $(($(now_ms) - begun)) ]
}

# begin: FLOWS connections, all established at $begun; the server's pid is in $server, the client's in $client
begin() {
	background in_ns s1 "$HERE/tcp_flows.py" serve 80 "$FLOWS" >server.txt
	server=$!
	wait_for "server" in_ns s1 sh -c 'ss -ltn | grep -q :80'
	background in_ns c1 "$HERE/tcp_flows.py" connect 10.2.0.2 80 "$FLOWS"
	client=$!
	wait_for "connections" said server.txt all
	begun=$(now_ms)
}

# end: how many of them went on is in $went_on; the server spoke first
end() {
	kill -USR1 $server && wait $server
	kill $client 2>/dev/null || true # it ends by itself when its connections do
	went_on=$(sed -n 's/ of .*//p' server.txt)
}
