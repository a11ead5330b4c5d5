#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: truncated and hostile GRE/NSH packets are each counted, a lying memif peer harms only itself, and the
# process lives and forwards good packets after it.
. "$(dirname "$0")/_lib.sh"

ip netns add "$DUT"
pod fw1 firewall
apply --solo fw1
"$HERE/hostile.py"
