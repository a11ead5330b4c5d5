#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: a capture shows the fabric's packets as tshark understands them: GRE with key tenantId << 8 | viewId,
# NSH with SI falling along the path, the tenant's packet inside.
. "$(dirname "$0")/_lib.sh"

chain --view 7:v7
"$CTL" --control fw1.ctl capture-start fw1.pcapng >/dev/null
"$CTL" --control fw1.ctl capture-start other.pcapng 2>busy.txt && fail "two captures at a time"
grep -q BUSY busy.txt || fail "expected BUSY, got $(cat busy.txt)"
in_ns c1 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
"$CTL" --control fw1.ctl capture-stop >stop.json
[ "$(jq -r .packets stop.json)" -ge 12 ] || fail "captured $(cat stop.json)"

# Echo request 1: into the firewall with SI 254, out of it with 253; the same numbers on the way back.
tshark -r fw1.pcapng -Y 'icmp.seq == 1' -T fields -e icmp.type -e gre.key -e nsh.spi -e nsh.si -e ip.src 2>/dev/null |
	tr '\t' ' ' >seen.txt
cat >expected.txt <<END
8 0x00000107 1 254 10.200.0.1,10.1.0.2
8 0x00000107 1 253 10.200.0.3,10.1.0.2
0 0x00000107 2 254 10.200.0.2,10.2.0.2
0 0x00000107 2 253 10.200.0.3,10.2.0.2
END
diff expected.txt seen.txt || fail "tshark sees other packets"

"$CTL" --control fw1.ctl capture-start none.pcapng --tenant-id 2 >/dev/null
in_ns c1 ping -q -c 3 -i 0.05 -W 2 10.2.0.2 >/dev/null || fail "ping"
[ "$("$CTL" --control fw1.ctl capture-stop | jq -r .packets)" = 0 ] || fail "the tenant filter lets others through"
