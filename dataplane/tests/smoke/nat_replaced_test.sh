#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a NAT pod that is replaced by another one of its group, or killed beside it, loses no established connection: the
# other one knows the public ports; without sharing all of its connections are lost. New ones begin behind both.
FLOWS=400 OPTIONS=(--nat 192.0.2.8/30)
. "$(dirname "$0")/_connections.sh"

# replace [--share PODS]: fw1 by fw2, which takes a snapshot before it gets any weight
replace() {
	pod fw1 nat
	states "$@" --firewalls fw1 gw1 gw2 gw3 fw1
	wait_for "links of fw1" links_up fw1
	begin
	pod fw2 nat
	states "$@" --firewalls fw1,fw2:0 fw1 fw2
	wait_for "fw2 to know what fw1 knows" synced fw2
	[ $# = 0 ] || wait_for "fw2 to know all connections" knows fw2
	states "$@" --firewalls fw1:0,fw2 gw1 gw2 gw3 fw1 fw2
	wait_for "links of fw2" links_up fw2
	kill_pod fw1
	end
}

replace
[ "$went_on" = 0 ] || fail "$went_on connections went on without sharing: the test shows nothing"
kill_pod fw2

replace --share fw1,fw2
[ "$went_on" = $FLOWS ] || fail "only $went_on of $FLOWS connections went on when fw1 was replaced"
replaced=$went_on

# fw1 is back beside fw2: both give out ports, both know all; then fw1 is killed
pod fw1 nat
states --share fw1,fw2 --firewalls fw1,fw2 fw1
wait_for "fw1 to be synced" synced fw1
states --share fw1,fw2 --firewalls fw1,fw2 gw1 gw2 gw3 fw1 fw2
for p in fw1 fw2; do wait_for "links of $p" links_up "$p"; done
begin
for p in fw1 fw2; do wait_for "$p to know all connections" knows "$p"; done
kill_pod fw1
states --share fw1,fw2 --firewalls fw2 gw1 gw2 gw3 fw2
end
[ "$went_on" = $FLOWS ] || fail "only $went_on of $FLOWS connections went on when fw1 was killed"
in_ns s1 python3 -m http.server --directory "$LAB" 81 >/dev/null 2>&1 &
PIDS+=($!)
wait_for "a new connection behind fw2" in_ns c1 curl -sf -m 2 http://10.2.0.2:81/server.txt
echo "fw1 replaced by fw2: $replaced of $FLOWS established connections went on; killed beside it: $went_on of $FLOWS"
