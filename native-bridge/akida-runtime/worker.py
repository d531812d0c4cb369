"""Puts a board of BrainChip's behind the wire protocol, on standard input and output.

Runs in the clinic's own Python, which accelerators.json names; the runtime in it is the clinic's own.

Usage: python worker.py [--board N]
"""

import argparse
import hashlib
import os
import select
import sys
import time
from collections import deque

import messages
from messages import Refusal
from runtime import Board
from wire import Frame, FrameParser, encode_frame

WINDOW, MAX_PAYLOAD_BYTES, MAX_BATCH = 2, 512 * 1024, 16
# A frame that has begun and does not go on is given up after this.
CUT_FRAME_S = 0.75


class Worker:
    def __init__(self, send, board_index: int) -> None:
        self._send = send
        self._board_index = board_index
        self._board = None
        self._started = time.monotonic()
        self._images_done = 0
        self._forget()
        self._runs = deque()
        self._handlers = {
            messages.HELLO: self._hello,
            messages.LOAD_BEGIN: self._load_begin,
            messages.LOAD_CHUNK: self._load_chunk,
            messages.LOAD_COMMIT: self._load_commit,
            messages.INFER: self._accept,
            messages.CANCEL: self._cancel,
            messages.TELEMETRY: self._telemetry,
            messages.SELF_TEST: self._self_test,
            messages.RESET: self._reset,
        }

    @property
    def has_work(self) -> bool:
        return bool(self._runs)

    def receive(self, frame) -> None:
        if not isinstance(frame, Frame):
            self._refuse(frame.request_id, "frame-damaged", "The payload did not arrive whole.")
            return
        try:
            self._perform(frame)
        except Refusal as refusal:
            self._refuse(frame.request_id, refusal.code, str(refusal))
        except Exception as problem:
            self._refuse(frame.request_id, "device-failed", f"The runtime failed: {problem}")

    def work(self) -> None:
        """Runs the INFER that came first."""
        request_id, sha256, images = self._runs.popleft()
        try:
            network = self._networks.get(sha256)
            results, duration_us, energy_uj = self._board.run(network, images)
        except Refusal as refusal:
            self._refuse(request_id, refusal.code, str(refusal))
        except Exception as problem:
            self._refuse(request_id, "device-failed", f"The runtime failed: {problem}")
        else:
            self._images_done += len(images)
            answer = messages.infer_result(duration_us, energy_uj, results)
            self._answer(request_id, messages.INFER, answer)

    def _forget(self) -> None:
        self._is_greeted = False
        self._networks = {}
        self._sizes = {}
        self._transfer = None
        self._transfers = 0

    def _perform(self, frame: Frame) -> None:
        handler = self._handlers.get(frame.type)
        if handler is None:
            raise Refusal("type-unknown", f"There is no request of type {frame.type}.")
        if not self._is_greeted and frame.type != messages.HELLO:
            raise Refusal("not-ready", "HELLO comes first.")
        answer = handler(frame)
        # Nothing for an INFER: its answer comes later.
        if answer is not None:
            self._answer(frame.request_id, frame.type, answer)

    def _hello(self, frame: Frame) -> bytes:
        lowest, highest, _ = messages.unpack("BB", frame.payload)
        if lowest > 1 or highest < 1:
            raise Refusal("version-unsupported", "This device speaks version 1 of the wire.")
        self._board = self._board or Board(self._board_index)
        self._is_greeted = True
        self._runs.clear()
        board = self._board
        names = ("BrainChip", board.name, f"board {self._board_index}", board.firmware)
        return messages.hello_answer(
            board.generation, WINDOW, MAX_PAYLOAD_BYTES, MAX_BATCH, names
        )

    def _load_begin(self, frame: Frame) -> bytes:
        sha256, size, _ = messages.unpack("32sI", frame.payload)
        if sha256 in self._sizes:
            self._transfers += 1
            return messages.load_offer(self._transfers, self._sizes[sha256])
        known = self._transfer
        if known is None or known["sha256"] != sha256 or known["size"] != size:
            self._transfers += 1
            known = {"id": self._transfers, "sha256": sha256, "size": size, "file": bytearray()}
            self._transfer = known
        return messages.load_offer(known["id"], len(known["file"]))

    def _load_chunk(self, frame: Frame) -> bytes:
        transfer_id, offset, piece = messages.unpack("II", frame.payload)
        transfer = self._transfer
        if transfer is None or transfer["id"] != transfer_id:
            raise Refusal("transfer-unknown", f"There is no transfer {transfer_id}.")
        end, held = offset + len(piece), len(transfer["file"])
        if offset > held or end > transfer["size"]:
            raise Refusal(
                "transfer-out-of-order", f"Bytes {offset} to {end} do not follow the {held} here."
            )
        transfer["file"][offset:end] = piece
        return messages.load_progress(end)

    def _load_commit(self, frame: Frame) -> bytes:
        sha256, _ = messages.unpack("32s", frame.payload)
        if sha256 not in self._networks:
            self._networks[sha256] = self._finish_transfer(sha256)
        network = self._networks[sha256]
        return messages.loaded_network(
            network.channels, network.height, network.width, network.counts
        )

    def _finish_transfer(self, sha256: bytes):
        transfer = self._transfer
        if (
            transfer is None
            or transfer["sha256"] != sha256
            or len(transfer["file"]) < transfer["size"]
        ):
            raise Refusal("transfer-unknown", "The file is not here as a whole.")
        self._transfer = None
        file = bytes(transfer["file"])
        if hashlib.sha256(file).digest() != sha256:
            raise Refusal("network-damaged", "The file did not arrive as it was sent.")
        network = self._board.load(file)
        self._sizes[sha256] = len(file)
        return network

    def _accept(self, frame: Frame) -> None:
        sha256, images = messages.split_images(frame.payload)
        network = self._networks.get(sha256)
        if network is None:
            raise Refusal("network-unknown", f"No network {sha256.hex()} is loaded.")
        expected = network.channels * network.height * network.width
        if len(images) > MAX_BATCH or len(images[0]) != expected:
            raise Refusal(
                "image-invalid",
                f"The network reads {expected} bytes an image, {MAX_BATCH} images at most; "
                f"these are {len(images)} of {len(images[0])}.",
            )
        if len(self._runs) >= WINDOW:
            raise Refusal("no-credit", f"{WINDOW} requests are unanswered already.")
        self._runs.append((frame.request_id, sha256, images))

    def _cancel(self, frame: Frame) -> bytes:
        cancelled, _ = messages.unpack("I", frame.payload)
        found = [run for run in self._runs if run[0] == cancelled]
        for run in found:
            self._runs.remove(run)
            self._refuse(cancelled, "cancelled", "Cancelled.")
        return messages.cancel_result(bool(found))

    def _telemetry(self, _frame: Frame) -> bytes:
        power, period_ms = self._board.power()
        return messages.telemetry_answer(
            messages.BUSY if self._runs else messages.IDLE,
            WINDOW,
            power,
            period_ms,
            round((time.monotonic() - self._started) * 1000),
            self._images_done,
        )

    def _self_test(self, _frame: Frame) -> bytes:
        """That each network says the same thing twice."""
        started = time.monotonic()
        steady = True
        for network in self._networks.values():
            black = [bytes(network.channels * network.height * network.width)]
            steady = steady and self._board.run(network, black)[0] == (
                self._board.run(network, black)[0]
            )
        duration_ms = round((time.monotonic() - started) * 1000)
        return messages.self_test_result(steady, duration_ms, f"Networks steady: {steady}.")

    def _reset(self, _frame: Frame) -> bytes:
        self._runs.clear()
        self._forget()
        return b""

    def _answer(self, request_id: int, request_type: int, payload: bytes) -> None:
        answer = Frame(1, request_type | messages.ANSWER, 0, request_id, payload)
        self._send(encode_frame(answer))

    def _refuse(self, request_id: int, code: str, message: str) -> None:
        frame = Frame(1, messages.ERROR, 0, request_id, messages.error(code, message))
        self._send(encode_frame(frame))


def serve(source: int, worker: Worker) -> None:
    """Until the host is gone. What has arrived is heard before each INFER, so a CANCEL is in time."""
    parser = FrameParser(MAX_PAYLOAD_BYTES)
    last_heard = time.monotonic()
    while True:
        wait_s = 0 if worker.has_work else CUT_FRAME_S if parser.pending else None
        readable, _, _ = select.select([source], [], [], wait_s)
        found = []
        if readable:
            data = os.read(source, 65536)
            if not data:
                return
            last_heard = time.monotonic()
            found = parser.push(data)
        elif parser.pending and time.monotonic() - last_heard >= CUT_FRAME_S:
            found = parser.abandon()
        elif worker.has_work:
            worker.work()
        for frame in found:
            worker.receive(frame)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--board", type=int, default=0)
    board = arguments.parse_args().board
    # What the runtime prints must not get between the frames.
    output = os.dup(1)
    os.dup2(2, 1)

    def send(data: bytes) -> None:
        while data:
            data = data[os.write(output, data) :]

    try:
        serve(sys.stdin.fileno(), Worker(send, board))
    except BrokenPipeError:
        pass


if __name__ == "__main__":
    main()
