# SPDX-License-Identifier: Apache-2.0
"""A neighbour on a memif link (memif 2.0, client), written from the protocol: sends any bytes, and any lie."""

import array
import fcntl
import mmap
import os
import socket
import struct
import time

ACK, HELLO, INIT, ADD_REGION, ADD_RING, CONNECT, CONNECTED = range(1, 8)
VERSION, COOKIE = 0x0200, 0x3E31F20
RING_HEADER, DESC, BUFFER = 128, 16, 2048
F_ADD_SEALS, F_SEAL_SHRINK = 1033, 2


class MemifPeer:
    def __init__(self, path, log2_size=8, seal=True):
        self.size = 1 << log2_size
        ring = RING_HEADER + self.size * DESC
        self.rings = (0, ring)  # to the server, to us
        self.buffers = (2 * ring, 2 * ring + self.size * BUFFER)
        length = 2 * ring + 2 * self.size * BUFFER
        fd = os.memfd_create("memif-peer", os.MFD_ALLOW_SEALING)
        os.ftruncate(fd, length)
        if seal:
            fcntl.fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)
        self.memory = mmap.mmap(fd, length)
        self.events = [os.eventfd(0), os.eventfd(0)]
        self.head, self.tail = 0, 0
        for which in (0, 1):
            struct.pack_into("<IH", self.memory, self.rings[which], COOKIE, 1)
        for index in range(self.size):
            self.describe(1, index, BUFFER)
        self._put_index(1, 6, self.size)
        self._shake_hands(path, fd, length, log2_size)

    def _shake_hands(self, path, fd, length, log2_size):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(5)
        self.socket.connect(path)
        self._expect(HELLO)
        self._say(INIT, struct.pack("<HIB24s32s", VERSION, 0, 0, b"", b"peer"))
        self._say(ADD_REGION, struct.pack("<HQ", 0, length), fd)
        for which in (0, 1):
            self._say(ADD_RING, struct.pack("<HHHIBH", 1 - which, 0, 0, self.rings[which], log2_size, 0),
                      self.events[which])
        self._say(CONNECT, b"peer", expect=CONNECTED)

    def _say(self, kind, payload, fd=None, expect=ACK):
        message = struct.pack("<H", kind) + payload.ljust(126, b"\0")
        ancillary = [] if fd is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))]
        self.socket.sendmsg([message], ancillary)
        self._expect(expect)

    def _expect(self, kind):
        message = self.socket.recv(128)
        if not message or message[0] != kind:
            raise ConnectionError(f"expected message {kind}, got {message[2:100]!r}")

    def _put_index(self, which, offset, value):
        struct.pack_into("<H", self.memory, self.rings[which] + offset, value & 0xFFFF)

    def _get_index(self, which, offset):
        return struct.unpack_from("<H", self.memory, self.rings[which] + offset)[0]

    def describe(self, which, index, length, flags=0, region=0, offset=None):
        slot = index % self.size
        offset = self.buffers[which] + slot * BUFFER if offset is None else offset
        struct.pack_into("<HHIII", self.memory, self.rings[which] + RING_HEADER + slot * DESC, flags, region, length,
                         offset, 0)

    def _wait_for_room(self):
        deadline = time.monotonic() + 5
        while (self.head - self._get_index(0, 64)) & 0xFFFF >= self.size:
            if time.monotonic() > deadline:
                raise TimeoutError("the peer does not take packets")
            time.sleep(0.0005)

    def publish(self, n=1):
        self.head = (self.head + n) & 0xFFFF
        self._put_index(0, 6, self.head)
        os.write(self.events[0], struct.pack("<Q", 1))

    def send(self, frame):
        self._wait_for_room()
        start = self.buffers[0] + self.head % self.size * BUFFER
        self.memory[start:start + len(frame)] = frame
        self.describe(0, self.head, len(frame))
        self.publish()

    def send_described(self, **lie):
        self._wait_for_room()
        self.describe(0, self.head, **lie)
        self.publish()

    def set_head(self, value):
        self._put_index(0, 6, value)
        os.write(self.events[0], struct.pack("<Q", 1))

    def receive(self, timeout_s=2):
        deadline = time.monotonic() + timeout_s
        while self._get_index(1, 64) == self.tail:
            if time.monotonic() > deadline:
                return None
            time.sleep(0.0005)
        slot = self.tail % self.size
        (length,) = struct.unpack_from("<I", self.memory, self.rings[1] + RING_HEADER + slot * DESC + 4)
        start = self.buffers[1] + slot * BUFFER
        frame = bytes(self.memory[start:start + length])
        self.describe(1, slot, BUFFER)
        self.tail = (self.tail + 1) & 0xFFFF
        self._put_index(1, 6, (self.tail + self.size) & 0xFFFF)
        return frame

    def close(self):
        self.socket.close()
