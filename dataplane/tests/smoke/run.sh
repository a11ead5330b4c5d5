#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs the smoke tests whose name contains PATTERN: tests/smoke/run.sh [PATTERN]. Needs root. NFAAS_BUILD chooses the
# build folder (default dataplane/build), e.g. one with -Db_sanitize=address,undefined.
if [ "$(id -u)" != 0 ]; then
	echo "run.sh: needs root, for network namespaces" >&2
	exit 2
fi
for tool in tshark iperf3 ethtool curl jq ip nsenter /usr/bin/python3; do
	command -v "$tool" >/dev/null || { echo "run.sh: $tool is missing; see dataplane/README.md" >&2; exit 2; }
done
here=$(cd "$(dirname "$0")" && pwd)
passed=0 failed=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

for test in "$here"/*"${1:-}"*_test.sh; do
	name=$(basename "$test" _test.sh)
	start=$(date +%s%N)
	if timeout --kill-after=20 180 bash "$test" >"$output" 2>&1; then
		verdict=ok passed=$((passed + 1)) note=$(tail -n 1 "$output")
	else
		verdict=FAILED failed=$((failed + 1)) note=
	fi
	printf '%-7s %-24s %5d ms  %s\n' "$verdict" "$name" $((($(date +%s%N) - start) / 1000000)) "$note"
	[ "$verdict" = ok ] || sed 's/^/    /' "$output"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
