#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a gateway tells its flows to whoever has the group's key and is a member, as the protocol's description says, and
# to nobody else; a member that does not read is cut off, and the gateway's memory does not grow with it.
. "$(dirname "$0")/_lib.sh"

FLOWS=2000
ip netns add "$DUT"
ip -n "$DUT" link set lo up
hosts 1
for p in gw1 gw2; do pod "$p" gateway; done
pod fw1 firewall
"$HERE/state_group.py" 1 --share gw1,gw3 gw1 gw2 fw1
linked() { [ "$(counter gw1 '.ports[] | select(.name == "fw1") | .up')" = true ]; }
wait_for "link to fw1" linked
background in_ns s1 "$HERE/echo_flows.py" serve 7
wait_for "echo server" in_ns s1 sh -c 'ss -lun | grep -q :7'
background in_ns c1 "$HERE/echo_flows.py" ask 10.2.0.2 7 $FLOWS >load.json
load=$!
answered() { [ "$(counter gw1 '.views[0].left_packets // 0')" -ge $((FLOWS + 1024)) ]; } # in turn: each of them
wait_for "answers to all flows" answered

port=7101
peer() { in_ns dut "$HERE/group_peer.py" "$@"; }
hear_all() { heard=$(peer hear $port $FLOWS); } # again, while some flows wait for their first answer
wait_for "all flows to be told to a member that follows the protocol" hear_all
peer hostile $port || fail "who is no member was listened to"
strangers=$(counter gw1 '.state_group.strangers | tonumber')
[ "$strangers" -ge 12 ] || fail "only $strangers of 12 strangers were counted"

rss() { awk '/^VmRSS/ { print $2 }' "/proc/${POD_PID[gw1]}/status"; }
peer deaf $port # once, so that its buffers are there
before=$(rss)
for ((i = 0; i < 2; i++)); do peer deaf $port || fail "a member that does not read was kept"; done
grown=$(($(rss) - before))
cut_off=$(counter gw1 '.state_group.cut_off | tonumber')
[ "$cut_off" = 3 ] || fail "$cut_off of 3 members that do not read were counted: $(grep -h 'listener lost' gw1.log)"
[ "$grown" -lt 2048 ] || [[ $NFAAS_BUILD == *asan* ]] || fail "memory grew by $grown kB"
peer hear $port $FLOWS >/dev/null || fail "no snapshot after a member was cut off"
kill -INT $load && wait $load
echo "$heard flows told to a member; $strangers strangers refused; a deaf one cut off, memory +$grown kB"
