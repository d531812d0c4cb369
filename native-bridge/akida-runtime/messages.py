"""What the frames of the wire protocol say: see docs/wire-protocol.md."""

import struct

HELLO, LOAD_BEGIN, LOAD_CHUNK, LOAD_COMMIT, INFER = 0x01, 0x02, 0x03, 0x04, 0x05
CANCEL, TELEMETRY, SELF_TEST, RESET = 0x06, 0x07, 0x08, 0x09
ANSWER, ERROR = 0x80, 0xFF

UNKNOWN_TEMPERATURE, UNKNOWN = -0x8000, 0xFFFFFFFF
IDLE, BUSY = 0, 1
GENERATIONS = {"quantized-onnx": 0, "akida-1": 1, "akida-2": 2}
ERRORS = (
    "device-failed",
    "version-unsupported",
    "malformed",
    "frame-damaged",
    "type-unknown",
    "not-ready",
    "no-credit",
    "out-of-memory",
    "network-unknown",
    "network-invalid",
    "network-damaged",
    "generation-wrong",
    "transfer-unknown",
    "transfer-out-of-order",
    "image-invalid",
    "cancelled",
    "overheated",
)


class Refusal(Exception):
    """A request that is answered with ERROR."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def text(value: str) -> bytes:
    utf8 = value.encode()[:255].decode(errors="ignore").encode()
    return bytes([len(utf8)]) + utf8


def unpack(layout: str, payload: bytes) -> tuple:
    """The fields, and behind them the bytes that are left."""
    fields = struct.Struct("<" + layout)
    if len(payload) < fields.size:
        raise Refusal("malformed", f"The payload has {len(payload)} bytes, not {fields.size}.")
    return (*fields.unpack_from(payload), payload[fields.size :])


def hello_answer(generation: str, window: int, max_payload: int, max_batch: int, names) -> bytes:
    fields = (1, GENERATIONS[generation], window, max_payload, max_batch, 0)
    return struct.pack("<BBHIHI", *fields) + b"".join(text(name) for name in names)


def load_offer(transfer: int, offset: int) -> bytes:
    return struct.pack("<II", transfer, offset)


def load_progress(offset: int) -> bytes:
    return struct.pack("<I", offset)


def loaded_network(channels: int, height: int, width: int, counts: int) -> bytes:
    # 0: the runtime does not tell the multiply-accumulates.
    return struct.pack("<HHHIQ", channels, height, width, counts, 0)


def split_images(payload: bytes):
    """The network's SHA-256, and the images."""
    sha256, count, rest = unpack("32sH", payload)
    if count == 0 or not rest or len(rest) % count:
        raise Refusal("malformed", f"{len(rest)} bytes are not {count} images.")
    size = len(rest) // count
    return sha256, [rest[at : at + size] for at in range(0, len(rest), size)]


def infer_result(duration_us: int, energy_uj, results) -> bytes:
    energy = UNKNOWN if energy_uj is None else min(energy_uj, UNKNOWN - 1)
    head = struct.pack("<IIH", min(duration_us, UNKNOWN), energy, len(results))
    return head + b"".join(struct.pack(f"<{len(counts)}i", *counts) for counts in results)


def cancel_result(was_found: bool) -> bytes:
    return bytes([was_found])


def telemetry_answer(state: int, window: int, power, period_ms: int, uptime_ms: int, images: int):
    power_mw = UNKNOWN if power is None else round(power)
    fields = (state, window, UNKNOWN_TEMPERATURE, power_mw, period_ms, uptime_ms, images)
    return struct.pack("<BHhIHII", *fields)


def self_test_result(passed: bool, duration_ms: int, detail: str) -> bytes:
    return struct.pack("<BI", passed, duration_ms) + text(detail)


def error(code: str, message: str) -> bytes:
    return struct.pack("<H", ERRORS.index(code)) + text(message)
