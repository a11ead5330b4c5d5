# SPDX-License-Identifier: Apache-2.0
"""Reads the questions of echo_flows.py out of a pod's capture: fabric packets with UDP over IPv4 inside."""

import struct
from typing import NamedTuple

ENHANCED_PACKET = 6
OUTER = 50  # Ethernet, IPv4, GRE with key, NSH
UDP = 17


class Question(NamedTuple):
    view: int
    destination: bytes  # outer: the pod it goes to
    forward: bool       # NSH service path 1
    flow: int
    number: int


def frames(path):
    """The frames of the enhanced packet blocks of a pcapng file, which may still grow."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if at + length > len(data):
            return
        if kind == ENHANCED_PACKET:
            (captured,) = struct.unpack_from("<I", data, at + 20)
            yield data[at + 28:at + 28 + captured]
        at += length


def questions(path):
    for frame in frames(path):
        inner = frame[OUTER:]
        if len(inner) < 40 or inner[0] != 0x45 or inner[9] != UDP:
            continue
        flow, number = struct.unpack_from(">IQ", inner, 28)
        (path_and_index,) = struct.unpack_from(">I", frame, 46)
        yield Question(view=frame[41], destination=frame[30:34], forward=path_and_index >> 8 == 1, flow=flow, number=number)
