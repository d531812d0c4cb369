"""Stands in for BrainChip's runtime in tests: its published interface, our own engine behind it.

FAKE_AKIDA holds, between blanks: `v1` for a board of the first generation, `none` for no board,
`small` for one that nothing fits on, `wrong` for one that miscounts, `noisy` for one that prints.
"""

import os
import subprocess
from enum import Enum
from pathlib import Path
from types import SimpleNamespace

import numpy

__version__ = "fake"
_ways = os.environ.get("FAKE_AKIDA", "").split()
_engine = Path(__file__).resolve().parents[1] / "engine.ts"


class IpVersion(Enum):
    none = 0
    v1 = 1
    v2 = 2


class _PowerMeter:
    def __init__(self):
        self._events = []

    def sample(self):
        self._events.append(SimpleNamespace(ts=len(self._events) * 141, power=910.0))

    def events(self):
        return self._events


class _Device:
    desc = "AKD1500"
    ip_version = IpVersion.v1 if "v1" in _ways else IpVersion.v2

    def __init__(self):
        self.soc = SimpleNamespace(power_measurement_enabled=False, power_meter=_PowerMeter())


class Model:
    ip_version = IpVersion.v2

    def __init__(self, file: bytes):
        self._process = subprocess.Popen(
            ["node", str(_engine)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._write(len(file).to_bytes(4, "little") + file)
        numbers = [int.from_bytes(self._read(4), "little") for _ in range(6)]
        if numbers[0] == 0:
            raise RuntimeError("the layer is not supported")
        self.input_shape, self.output_shape = numbers[:3], numbers[3:]
        self._device = None

    def map(self, device, hw_only=False):
        if "small" in _ways:
            raise RuntimeError("not enough NPs")
        self._device = device

    def forward(self, inputs):
        count, *_ = inputs.shape
        if "noisy" in _ways:
            print("forward", flush=True)
        if self._device.soc.power_measurement_enabled:
            self._device.soc.power_meter.sample()
        self._write(count.to_bytes(4, "little") + inputs.tobytes())
        rows, columns, features = self.output_shape
        size = count * rows * columns * features
        counts = [int.from_bytes(self._read(4), "little", signed=True) for _ in range(size)]
        if "wrong" in _ways:
            counts[0] += 1
        return numpy.Array(counts, (count, rows, columns, features))

    def _write(self, data):
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _read(self, size):
        return self._process.stdout.read(size)


def devices():
    return [] if "none" in _ways else [_Device()]
