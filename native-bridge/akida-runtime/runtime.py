"""A board of BrainChip's, by way of the clinic's own runtime.

Uses what the runtime's documentation publishes: `akida.devices`, `cnn2snn.convert`, `Model.map`,
`Model.forward`, the power meter of a device's `soc`. Imported when needed, for the first import
takes its time, and the runtime may be missing.
"""

import importlib
import sys
import time
from typing import NamedTuple

from messages import Refusal

# The board's meter samples about every 141 ms.
POWER_PERIOD_MS = 141


class Network(NamedTuple):
    model: object
    channels: int
    height: int
    width: int
    counts: int


class Board:
    """Raises Refusal `device-failed` when the runtime or the board is missing."""

    def __init__(self, index: int) -> None:
        akida = load_module("akida")
        boards = akida.devices()
        if index >= len(boards):
            raise Refusal(
                "device-failed",
                f"The BrainChip runtime finds {len(boards)} boards, so there is no number {index}. "
                "Check the driver, and that no other program uses the board.",
            )
        self._device = boards[index]
        self.name = str(getattr(self._device, "desc", "")) or "Akida"
        self.firmware = f"runtime {getattr(akida, '__version__', 'unknown')}"
        self.generation = generation_of(self._device)
        self._meter = self._power_meter()

    def load(self, file: bytes) -> Network:
        onnx, cnn2snn = load_module("onnx"), load_module("cnn2snn")
        try:
            model = cnn2snn.convert(onnx.load_model_from_string(file))
        except Exception as problem:
            raise Refusal("network-invalid", f"cnn2snn cannot convert it: {problem}") from problem
        if generation_of(model) != self.generation:
            raise Refusal(
                "generation-wrong",
                f"The network is for {generation_of(model)}, the board is {self.generation}.",
            )
        try:
            model.map(self._device, hw_only=True)
        except Exception as problem:
            raise Refusal("out-of-memory", f"It does not fit on the board: {problem}") from problem
        height, width, channels = model.input_shape
        rows, columns, features = model.output_shape
        return Network(model, channels, height, width, rows * columns * features)

    def run(self, network: Network, images):
        """Counts of each image, time in µs and energy in µJ of all, `None` where not measured."""
        numpy = load_module("numpy")
        shape = (len(images), network.height, network.width, network.channels)
        pixels = b"".join(channels_last(image, network.channels) for image in images)
        inputs = numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(shape)
        events_before = self._events()
        started = time.perf_counter()
        outputs = network.model.forward(inputs)
        seconds = time.perf_counter() - started
        flat = outputs.reshape(len(images), network.counts).tolist()
        _, _, features = network.model.output_shape
        results = [channels_first(counts, features) for counts in flat]
        return results, round(seconds * 1e6), self._energy(events_before, seconds)

    def power(self):
        """The last sample in mW, and how far apart they are."""
        events = self._events()
        return (events[-1].power, POWER_PERIOD_MS) if events else (None, 0)

    def _power_meter(self):
        soc = getattr(self._device, "soc", None)
        if soc is None:
            return None
        soc.power_measurement_enabled = True
        return soc.power_meter

    def _events(self):
        return list(self._meter.events()) if self._meter else []

    def _energy(self, events_before, seconds):
        """Mean power × time; nothing where the work was shorter than the sampling."""
        fresh = self._events()[len(events_before) :]
        if not fresh:
            return None
        return round(sum(event.power for event in fresh) / len(fresh) * seconds * 1000)


def load_module(name: str):
    try:
        return importlib.import_module(name)
    except ImportError as problem:
        raise Refusal(
            "device-failed",
            f"{sys.executable} lacks BrainChip's runtime ({problem}). Install akida, cnn2snn and "
            "onnx there, under BrainChip's licence, or name another Python in accelerators.json.",
        ) from problem


def generation_of(thing) -> str:
    """Of a device or a model: both have an `ip_version` that ends in v1 or v2."""
    version = str(getattr(thing, "ip_version", ""))
    return "akida-1" if version.endswith("v1") else "akida-2"


def channels_last(image: bytes, channels: int) -> bytes:
    plane = len(image) // channels
    pixels = bytearray(len(image))
    for channel in range(channels):
        pixels[channel::channels] = image[channel * plane : (channel + 1) * plane]
    return bytes(pixels)


def channels_first(counts, channels: int):
    return [count for channel in range(channels) for count in counts[channel::channels]]
