#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes DPDK's l3fwd, which is in no Debian package, from the source of the installed DPDK: prints the program's path.
#   bench/l3fwd.sh FOLDER     keeps it there; fails with a line on stderr where the source can't be had
# apt gets the source by lists of its own below FOLDER, checked by Debian's key; the system's lists stay as they are.
# One line is changed: l3fwd asks each port to verify checksums on receive, which memif does not offer and so refuses.
set -euo pipefail

version=$(dpkg-query -W -f '${Version}' libdpdk-dev)
folder=$(realpath -m "$1")/l3fwd-$version
mirror=${NFAAS_DEBIAN_MIRROR:-http://deb.debian.org}
[ ! -x "$folder/l3fwd" ] || { echo "$folder/l3fwd"; exit; }
[ -x /usr/bin/apt-get ] || { echo "l3fwd: this is no Debian" >&2; exit 1; }

get_source() {
	local key="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
	. /etc/os-release
	mkdir -p lists/partial
	printf 'deb-src %s %s/%s main\n' "$key" "$mirror" "debian $VERSION_CODENAME" "$key" "$mirror" \
		"debian $VERSION_CODENAME-updates" "$key" "$mirror" "debian-security $VERSION_CODENAME-security" >sources.list
	local apt=(apt-get -qq -o "Dir::Etc::sourcelist=$PWD/sources.list" -o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$PWD/lists" -o APT::Sandbox::User=root)
	"${apt[@]}" update
	"${apt[@]}" source --download-only "dpdk=$version"
	tar -xJf dpdk_*.orig.tar.xz --strip-components=1 --wildcards '*/examples/l3fwd' '*/examples/common'
}

build() {
	local libdpdk
	sed -i 's/\.offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM,/.offloads = 0,/' examples/l3fwd/main.c
	read -ra libdpdk < <(pkg-config --cflags --libs libdpdk | tr '\n' ' ')
	(cd examples/l3fwd && gcc -O3 -march=native -w -DALLOW_EXPERIMENTAL_API -I../common \
		$(sed -n 's/^SRCS-y :*+*= *//p' Makefile) -o "$1" "${libdpdk[@]}")
}

mkdir -p "$folder"
work=$(mktemp -d "$folder/build.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work"
get_source >"$folder/log" 2>&1 && build "$work/l3fwd" >>"$folder/log" 2>&1 || { echo "l3fwd: see $folder/log" >&2; exit 1; }
mv "$work/l3fwd" "$folder/l3fwd"
echo "$folder/l3fwd"
