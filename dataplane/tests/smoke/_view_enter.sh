# SPDX-License-Identifier: Apache-2.0
# Sourced after _lib.sh by the tests of chains that enter each other: the pods and hosts of view_enter.py, ready.
ip netns add "$DUT"
hosts 1
host f1 10.3.0.2 10.3.0.1 f1
host o1 10.4.0.2 10.4.0.1 o1
for p in gw1 gw2; do pod "$p" gateway; done
pod fw1 firewall
pod cl1 classifier
"$HERE/view_enter.py" start
for p in gw1 gw2 fw1 cl1; do wait_for "links of $p" links_up "$p"; done
