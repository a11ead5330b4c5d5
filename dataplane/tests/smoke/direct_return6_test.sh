#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: where fabric and servers are IPv6 outside, plain servers get their share of flows in GRE over IPv6, take the packets
# out by themselves and answer the client by their own route.
. "$(dirname "$0")/_lib.sh"
. "$HERE/_direct_return.sh"

chain --outer-ipv6 --ipv6 --servers6 11,12
host6 s1 fd00:2::2 fd00:2::1
for n in 11 12; do ip -n "$ID-s1" -6 addr add fd00:2::$n/64 dev eth0 nodad; done
servers_answer_directly 6 ipv6 fd00:2::11 fd00:2::12
