#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the packet path, the building of states, the reading of site names and a state group's messages: run.sh [SECONDS
# each, default 30]. Needs clang. What broke is left in the directory named at the end, and the last line says how many
# passed.
set -eu
seconds=${1:-30}
here=$(cd "$(dirname "$0")" && pwd)
build=${NFAAS_FUZZ_BUILD:-$here/../../../build-fuzz}
work=$(mktemp -d)

[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" "$here/../../.." -Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link \
  -Dbuildtype=debugoptimized >/dev/null
programs=$build/tests/datapath/fuzz
ninja -C "$build" tests/datapath/fuzz/datapath_packet_fuzz tests/datapath/fuzz/datapath_state_fuzz tests/datapath/fuzz/datapath_web_fuzz \
  tests/datapath/fuzz/datapath_group_fuzz \
  tests/datapath/fuzz/datapath_write_corpus >/dev/null
mkdir "$work/packet" "$work/state" "$work/web" "$work/group"
passed=0 failed=0
"$programs/datapath_write_corpus" "$work/packet" "$work/state" "$work/web" "$work/group"
for name in packet state web group; do
  echo "fuzzing $name for $seconds s"
  "$programs/datapath_${name}_fuzz" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=4096 \
    -artifact_prefix="$work/" -print_final_stats=1 -verbosity=0 "$work/$name" ||
    { echo "failed: $name, see $work"; failed=$((failed + 1)); continue; }
  passed=$((passed + 1))
done
[ "$failed" -gt 0 ] || rm -r "$work"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
