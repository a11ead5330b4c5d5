#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Guarantee: plain servers get their share of flows in GRE without NSH, take the packets out by themselves and answer the client
# by their own route: no answer comes back through the chain, and the client notices nothing.
. "$(dirname "$0")/_lib.sh"
. "$HERE/_direct_return.sh"

chain --servers 11,12
for n in 11 12; do ip -n "$ID-s1" addr add 10.2.0.$n/24 dev eth0; done
servers_answer_directly 4 ip 10.2.0.11 10.2.0.12
