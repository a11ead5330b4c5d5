#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes the packet path (through firewalls, through NATs, through views that enter each other, IPv6 outside), the building of states, the reading of site names, a state
# group's messages and memif: run.sh [SECONDS each, default 30]. Needs clang. What broke is left in the directory named at the
# end, and the last line says how many passed.
set -eu
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 # or a finding would only be printed
seconds=${1:-30}
here=$(cd "$(dirname "$0")" && pwd)
build=${NFAAS_FUZZ_BUILD:-$here/../../../build-fuzz}
work=$(mktemp -d)

[ -f "$build/build.ninja" ] || CC=clang meson setup "$build" "$here/../../.." -Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link \
  -Dbuildtype=debugoptimized >/dev/null
programs=$build/tests/datapath/fuzz
names="packet state web group memif nat enter outer6"
targets=
folders=
for name in $names; do
  targets="$targets tests/datapath/fuzz/datapath_${name}_fuzz"
  folders="$folders $work/$name"
done
# shellcheck disable=SC2086 # lists of words
ninja -C "$build" $targets tests/datapath/fuzz/datapath_write_corpus >"$work/build.log" || { tail -n 40 "$work/build.log"; exit 1; }
# shellcheck disable=SC2086
mkdir $folders
passed=0 failed=0
# shellcheck disable=SC2086
"$programs/datapath_write_corpus" $folders
for name in $names; do
  echo "fuzzing $name for $seconds s"
  "$programs/datapath_${name}_fuzz" -max_total_time="$seconds" -max_len=16384 -timeout=10 -rss_limit_mb=4096 \
    -artifact_prefix="$work/" -print_final_stats=1 -verbosity=0 "$work/$name" ||
    { echo "FAILED $name FAIL: see $work"; failed=$((failed + 1)); continue; }
  passed=$((passed + 1))
done
[ "$failed" -gt 0 ] || rm -r "$work"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
