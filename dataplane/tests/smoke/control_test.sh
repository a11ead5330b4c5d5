#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: whatever comes over the control socket gets a typed error, changes nothing and does not stop traffic.
. "$(dirname "$0")/_lib.sh"

chain --generation 5
wait_for "first answer" in_ns c1 ping -q -c 1 -W 1 10.2.0.2
background in_ns c1 ping -i 0.02 10.2.0.2 >ping.txt
ping=$!

"$HERE/control.py" >control.txt || fail "$(cat control.txt)"

kill -INT "$ping"
wait "$ping" || true
grep -q 'bytes from' ping.txt && [ "$(lost_pings ping.txt)" = 0 ] || fail "$(tail -n 2 ping.txt)"
[ "$(grep -c 'event="ready"' fw1.log)" = 1 ] || fail "the process was restarted"
