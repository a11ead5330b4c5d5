#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a tenant that floods never has more of a pod's packet buffers than its quota and one burst, loses what is beyond
# as BUFFER_QUOTA, and a neighbour loses nothing for want of buffers.
. "$(dirname "$0")/_lib.sh"

QUOTA=256 BURST=160
buffers() { jq "[.[].tenants[] | select(.tenant_id == $1).buffers] | max" readings.json; }
# drops TENANT REASON
drops() {
	counter fw1 "[(.views[], .tenants[]) | select(.tenant_id == $1).drops[] | select(.reason == \"DROP_REASON_$2\").packets |
		tonumber] | add // 0"
}

prioritise
ip netns add "$DUT"
pod fw1 firewall --tenant-buffers $QUOTA
apply --solo --tenants 1,2 fw1
[ "$(counter fw1 '[.tenants[].buffer_quota] | unique | first')" = $QUOTA ] || fail "the quota is not told"
for attempt in 1 2 3; do # until a reading falls into the flood, which leaves little time for any
	background "$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 3 --stream 1,0,256 --stream 2,5000,16 \
		>pktgen.json 2>pktgen.log
	generator=$!
	while kill -0 $generator 2>/dev/null; do counter fw1 .; done | jq -s . >readings.json
	wait $generator || fail "the generator: $(cat pktgen.log)"
	[ "$(buffers 1)" = 0 ] || break
done

[ "$(buffers 1)" -gt 0 ] || fail "no reading told of the flood's buffers"
[ "$(buffers 1)" -le $((QUOTA + BURST)) ] || fail "the flood had $(buffers 1) buffers"
[ "$(drops 1 BUFFER_QUOTA)" -gt 0 ] || fail "the flood lost nothing by its quota: $(cat pktgen.json)"
[ "$(drops 2 BUFFER_QUOTA)" = 0 ] || fail "the neighbour lost $(drops 2 BUFFER_QUOTA) packets by its quota"
for t in 1 2; do [ "$(drops $t NO_MEMORY)" = 0 ] || fail "the pool was drained"; done
[ "$(counter fw1 '[.tenants[].buffers] | add')" = 0 ] || fail "buffers are still in use at rest"
echo "$(jq length readings.json) readings: a flood had at most $(buffers 1) buffers of $QUOTA, lost $(drops 1 BUFFER_QUOTA) packets by it;" \
	"its neighbour $(drops 2 BUFFER_QUOTA)"
