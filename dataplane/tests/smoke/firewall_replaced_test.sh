#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a firewall pod that is replaced by another one of its group loses no established connection, also where only what
# the old one knew lets the packets pass; without sharing all are lost.
FLOWS=1000 OPTIONS=(--rules tcp/80)
. "$(dirname "$0")/_connections.sh"

# replace [--share PODS]: fw1 by fw2, which takes a snapshot before it gets any weight
replace() {
	pod fw1 firewall
	states "$@" --firewalls fw1 gw1 gw2 gw3 fw1
	wait_for "links of fw1" links_up fw1
	begin
	pod fw2 firewall
	states "$@" --firewalls fw1 fw1 fw2
	wait_for "fw2 to know what fw1 knows" synced fw2
	states "$@" --firewalls fw1:0,fw2 gw1 gw2 gw3 fw1 fw2
	wait_for "links of fw2" links_up fw2
	[ $# = 0 ] || wait_for "fw2 to know all connections" knows fw2
	states "$@" --firewalls fw2 gw1 gw2 gw3 fw2
	kill_pod fw1
	end
	kill_pod fw2
}

replace
[ "$went_on" = 0 ] || fail "$went_on connections went on without sharing: the test shows nothing"
replace --share fw1,fw2
[ "$went_on" = "$FLOWS" ] || fail "only $went_on of $FLOWS connections went on"
echo "fw1 replaced by fw2: $went_on of $FLOWS established connections went on, none without sharing"
