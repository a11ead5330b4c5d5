#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: when a newer view takes over in a chain that is entered from another, connections that are established stay in the older view,
# both ways, and are counted there until the last has ended; what is new takes the newer view. No packet is lost, and the older view's
# sum closes.
. "$(dirname "$0")/_lib.sh"

CONNECTIONS=40 FLOWS=32
. "$HERE/_view_enter.sh"

# of UID FIELD: what cl1 has counted
of() { counter cl1 "[.views[] | select(.uid == \"$1\") | .$2 // 0 | tonumber] | add // 0"; }
entered() { of "$1" entered_packets; }
said() { grep -q "$1" said.txt; }
is_kept() { [ "$(of two-2 kept_flows)" = "$1" ]; }

background in_ns f1 "$HERE/tcp_flows.py" serve 80 $CONNECTIONS >said.txt
server=$!
background in_ns f1 "$HERE/echo_flows.py" serve 7
wait_for "server" in_ns f1 sh -c 'ss -ltn | grep -q :80 && ss -lun | grep -q :7'
background in_ns c1 "$HERE/tcp_flows.py" connect 10.3.0.2 80 $CONNECTIONS
wait_for "connections" said all
"$HERE/view_enter.py" keep

mark=$(entered two-2)
background in_ns c1 "$HERE/echo_flows.py" ask 10.3.0.2 7 $FLOWS >load.json
load=$!
carried() { [ "$(entered two-3)" -gt 2000 ]; }
wait_for "new flows in the newer view" carried
strays=$(($(entered two-2) - mark))
[ "$strays" -le $CONNECTIONS ] || fail "$strays packets more in the older view, whose connections said nothing" # but for late ACKs
wait_for "a count of the connections that are kept" is_kept $CONNECTIONS

mark=$(entered two-2)
kill -USR1 $server && wait $server
said "^$CONNECTIONS of $CONNECTIONS\$" || fail "connections that went on: $(tail -n 1 said.txt)"
[ "$(entered two-2)" -ge $((mark + CONNECTIONS)) ] || fail "only $(($(entered two-2) - mark)) of their packets were in the older view"
wait_for "the last connection to end" is_kept 0
"$HERE/view_enter.py" release >sum.txt 2>&1 || fail "$(cat sum.txt)"
kill -INT "$load" && wait "$load"
[ "$(jq .lost load.json)" = 0 ] || fail "$(jq .lost load.json) lost of $(jq .asked load.json)"
"$HERE/view_enter.py" closes one two-3 >closed.txt 2>&1 || fail "$(cat closed.txt)"
grep -q ' 0 dropped$' sum.txt || fail "older view: $(cat sum.txt)"
echo "$CONNECTIONS connections kept to their end while $FLOWS new flows took the newer view, 0 of $(jq .asked load.json) questions lost;" \
	"older view: $(cat sum.txt)"
