#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: where there is cgroup v2 alone, each tenant's thread sits in a threaded cgroup below the pod's, whose CPU time is what the
# pod tells of the tenant, and all of it is gone when the pod stops. On a machine with v1 the pod runs without its mounts.
. "$(dirname "$0")/_lib.sh"

[ "$(nproc)" -gt 1 ] || fail "needs two CPUs: with one there are no workers"
# The pod in a mount namespace without v1's hierarchies, and with v2's if it is nowhere mounted.
export REAL=$DATAPLANE V2=$LAB/cgroup2
mkdir "$V2"
cat >only_v2 <<'END'
#!/bin/bash
exec unshare --mount --propagation private bash -c '
	awk "\$3 == \"cgroup\" { print \$2 }" /proc/self/mounts | while read -r mount; do umount -l "$mount"; done
	awk "\$3 == \"cgroup2\" { print \$2 }" /proc/self/mounts | while read -r mount; do umount -l "$mount"; done
	mount -t cgroup2 none "$V2" && exec "$REAL" "$@"' pod "$@"
END
chmod +x only_v2
DATAPLANE=$LAB/only_v2

prioritise
ip netns add "$DUT"
pod fw1 firewall
apply --solo --tenants 1,2 fw1
root=/proc/${POD_PID[fw1]}/root$V2
[ -e "$root/cgroup.controllers" ] || fail "the pod sees no cgroup v2"
for t in 1 2; do
	path=$(counter fw1 ".tenants[] | select(.tenant_id == $t).cgroup")
	[ "$path" = "$ID/fw1/tenant-$t" ] || fail "tenant $t is in cgroup '$path'"
	[ "$(cat "$root/$path/cgroup.type")" = threaded ] || fail "$path is $(cat "$root/$path/cgroup.type")"
	for tid in $(cat "$root/$path/cgroup.threads"); do threads="${threads:-} $(cat "/proc/${POD_PID[fw1]}/task/$tid/comm")"; done
done
[ "$threads" = " tenant-1 tenant-2" ] || fail "threads in the tenants' cgroups:$threads"

told=0
for _ in 1 2 3 4 5; do # until there is something to compare
	[ "$told" -lt 10000000 ] || break
	"$NFAAS_BUILD/tools/nfaas-pktgen" --socket fw1--peer.sock --seconds 2 --stream 1,0,256 >pktgen.json 2>pktgen.log
	told=$(counter fw1 '.tenants[] | select(.tenant_id == 1).cpu_ns')
done
accounted=$(awk '/^usage_usec/ { print $2 * 1000 }' "$root/$ID/fw1/tenant-1/cpu.stat")
[ "$told" -ge 10000000 ] || fail "no load: $(cat pktgen.json)"
off=$(((told - accounted) * 1000 / accounted))
[ "${off#-}" -le 10 ] || fail "the pod tells $told ns, the cgroup $accounted"

# Another look at the same hierarchy, that stays when the pod is gone.
mount -t cgroup2 none "$V2"
kill -TERM "${POD_PID[fw1]}"
wait "${POD_PID[fw1]}" || left="the pod did not stop well"
unset "POD_PID[fw1]"
[ ! -e "$V2/$ID/fw1" ] || left="cgroups stay: $(ls "$V2/$ID")"
rmdir "$V2/$ID" 2>/dev/null || true
umount "$V2"
[ -z "${left:-}" ] || fail "$left"
echo "a tenant's CPU time in cgroup v2 is within $off thousandths of what the pod tells"
