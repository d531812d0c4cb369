"""The frames of the wire protocol, version 1, in the standard library only.

docs/wire-protocol.md gives every byte. `encode_frame` makes one frame, `FrameParser` finds them in
a stream of bytes, however it is cut, and is in step again with the next whole frame after garbage.
Run as a program it is the subject of the tests: JSON on standard input, JSON on standard output.
"""

import json
import struct
import sys
from typing import NamedTuple

MAGIC = b"\xd5Spk"
HEADER = struct.Struct("<4sBBHII")
CHECKSUM = struct.Struct("<I")
HEADER_BYTES = HEADER.size + CHECKSUM.size
TRAILER_BYTES = CHECKSUM.size
MAX_PAYLOAD_BYTES = 2**20


def _table():
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        yield crc


_TABLE = tuple(_table())


def crc32c(data: bytes) -> int:
    """CRC-32C (Castagnoli) as in RFC 3720."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


class Frame(NamedTuple):
    version: int
    type: int
    flags: int
    request_id: int
    payload: bytes


class FrameHeader(NamedTuple):
    version: int
    type: int
    flags: int
    request_id: int
    length: int


def encode_frame(frame: Frame) -> bytes:
    """Raises ValueError when the payload exceeds MAX_PAYLOAD_BYTES."""
    if len(frame.payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"a frame carries {MAX_PAYLOAD_BYTES} bytes at most")
    header = HEADER.pack(
        MAGIC, frame.version, frame.type, frame.flags, frame.request_id, len(frame.payload)
    )
    body = CHECKSUM.pack(crc32c(header)) + frame.payload
    return header + body + CHECKSUM.pack(crc32c(body))


class FrameParser:
    """Feeds `push` with bytes; it returns the frames, and the headers whose payload was damaged."""

    def __init__(self, max_payload: int = MAX_PAYLOAD_BYTES) -> None:
        self._max_payload = max_payload
        self._bytes = bytearray()
        self.skipped = 0

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their frame."""
        return len(self._bytes)

    def push(self, data: bytes) -> list:
        self._bytes += data
        found = []
        while self._to_magic() and len(self._bytes) >= HEADER_BYTES:
            header = self._header()
            if header is None or header.length > self._max_payload:
                self._skip(1)
                continue
            end = HEADER_BYTES + header.length
            if len(self._bytes) < end + TRAILER_BYTES:
                break
            (promised,) = CHECKSUM.unpack_from(self._bytes, end)
            if crc32c(self._bytes[HEADER.size : end]) == promised:
                found.append(Frame(*header[:4], bytes(self._bytes[HEADER_BYTES:end])))
                del self._bytes[: end + TRAILER_BYTES]
            else:
                # Bytes may have been lost: the next frame may begin inside this payload.
                self._skip(HEADER_BYTES)
                found.append(header)
        return found

    def abandon(self) -> list:
        """Nothing more comes of the frame that has begun."""
        found = []
        while len(self._bytes) >= HEADER_BYTES:
            self._skip(1)
            found += self.push(b"")
        self._skip(len(self._bytes))
        return found

    def _header(self):
        _, version, kind, flags, request_id, length = HEADER.unpack_from(self._bytes)
        (promised,) = CHECKSUM.unpack_from(self._bytes, HEADER.size)
        if crc32c(self._bytes[: HEADER.size]) != promised:
            return None
        return FrameHeader(version, kind, flags, request_id, length)

    def _to_magic(self) -> bool:
        at = self._bytes.find(MAGIC)
        if at >= 0:
            self._skip(at)
            return True
        kept = next((n for n in (3, 2, 1) if self._bytes.endswith(MAGIC[:n])), 0)
        self._skip(len(self._bytes) - kept)
        return False

    def _skip(self, count: int) -> None:
        del self._bytes[:count]
        self.skipped += count


def _as_json(found):
    if isinstance(found, Frame):
        return {"frame": [*found[:4], found.payload.hex()]}
    return {"damaged": list(found)}


def _answer(question: dict) -> dict:
    if "frame" in question:
        *fields, payload = question["frame"]
        return {"bytes": encode_frame(Frame(*fields, bytes.fromhex(payload))).hex()}
    parser = FrameParser(question.get("maxPayload", MAX_PAYLOAD_BYTES))
    found = [each for piece in question["pieces"] for each in parser.push(bytes.fromhex(piece))]
    found += parser.abandon()
    return {"found": [_as_json(each) for each in found], "skipped": parser.skipped}


if __name__ == "__main__":
    json.dump([_answer(question) for question in json.load(sys.stdin)], sys.stdout)
