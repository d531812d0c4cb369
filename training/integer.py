"""Runs the quantized file: spike counts by the product's engine and by onnxruntime, and an exact
evaluation to check them.

The file's function bodies compute in float32. The contract is the exact integer result; both
agree unless a sum passes 2^24 or a product rounds across a boundary, which `exact` would show.
"""
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F


def with_outputs(quantized: onnx.ModelProto, names) -> bytes:
    """The serialized model with further int8 tensors as graph outputs (for tools, not shipped)."""
    copy = onnx.ModelProto()
    copy.CopyFrom(quantized)
    for name in names:
        copy.graph.output.append(helper.make_tensor_value_info(name, TensorProto.INT8, None))
    return copy.SerializeToString()


def session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


class Counter:
    """uint8 (N, 3, S, S) -> spike counts, int16 (N, 256), by the product's own engine: the
    integers before the Dequantizer. `file`: quantized ONNX; `scale`: its Dequantizer's scales."""

    ROOT = Path(__file__).resolve().parent.parent

    def __init__(self, file: Path, scale: np.ndarray):
        self.file, self.scale = Path(file).resolve(), scale

    def __call__(self, images: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            source, result = Path(folder) / "x.npy", Path(folder) / "y.npy"
            np.save(source, images)
            subprocess.run(["npm", "run", "-s", "cli", "--", "infer", "--model", str(self.file),
                            "--input", str(source), "--output", str(result), "--json"],
                           cwd=self.ROOT, check=True, stdout=subprocess.DEVNULL)
            values = np.load(result).reshape(len(images), -1)
        return np.rint(values / self.scale).astype(np.int16)


class Oracle:
    """The same by onnxruntime, from the file's own function bodies: slower, and independent."""

    def __init__(self, quantized: onnx.ModelProto, threads: int = 2):
        self.name = quantized.graph.node[-1].input[0]
        self.session = session(with_outputs(quantized, [self.name]), threads)

    def __call__(self, images: np.ndarray, batch: int = 32) -> np.ndarray:
        rows = [self.session.run([self.name], {"image": images[i:i + batch].astype(np.float32)})[0]
                for i in range(0, len(images), batch)]
        return np.concatenate(rows).reshape(len(images), -1)


def sparsity(quantized: onnx.ModelProto, images: np.ndarray, threads: int = 2) -> dict:
    """Shares of zeros among int8 activations, every node's output weighted by its size.

    `all`: every node after the input quantizer; `afterRelu`: those that end in a ReLU.
    """
    nodes = [n for n in quantized.graph.node if n.op_type.startswith("Quantized")]
    runner = session(with_outputs(quantized, [n.output[0] for n in nodes]), threads)
    zeros = {"all": [0, 0], "afterRelu": [0, 0]}
    for image in images:
        outputs = runner.run([n.output[0] for n in nodes],
                             {"image": image[None].astype(np.float32)})
        for node, value in zip(nodes, outputs):
            for group in ["all"] + ["afterRelu"] * ("ReLU" in node.op_type):
                zeros[group][0] += int((value == 0).sum())
                zeros[group][1] += value.size
    return {group: none / total for group, (none, total) in zeros.items()}


def exact(quantized: onnx.ModelProto, images: np.ndarray):
    """Every node's output in exact integer arithmetic (float64 whole numbers below 2^53).

    y = clip(floor((acc * M / S) + 1/2), -128, 127). Returns (counts int64 (N, 256), the largest
    |accumulator| of any node).
    """
    weights = {w.name: numpy_helper.to_array(w) for w in quantized.graph.initializer}
    values = {quantized.graph.node[0].output[0]: torch.from_numpy(images.astype(np.float64))}
    formal = {f.name: list(f.input) for f in quantized.functions}
    largest = 0.0

    def tensor(name):
        return torch.from_numpy(weights[name].astype(np.float64))

    for node in quantized.graph.node[1:-1]:
        arguments = dict(zip(formal[node.op_type], node.input))
        x = values[arguments["X"]]
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        if node.op_type == "QuantizedConcat":
            values[node.output[0]] = torch.cat([x, values[arguments["Y"]]], 1)
            continue
        if node.op_type.startswith("QuantizedAdd"):
            acc = x * tensor(arguments["Xs"]) + values[arguments["Y"]] * tensor(arguments["Ys"])
            multiplier = 1.0
        else:
            top, left, bottom, right = (int(weights[arguments["pads"]][i]) for i in (2, 3, 6, 7))
            fill = 0.0
            if "x_pad_value" in arguments:
                fill = tensor(arguments["x_pad_value"]).view(1, -1, 1, 1)
            x = F.pad(x - fill, (left, right, top, bottom)) + fill
            acc = F.conv2d(x, tensor(arguments["W"]), tensor(arguments["bias"]),
                           attributes["strides"], 0, 1, attributes.get("groups", 1))
            largest = max(largest, float(acc.abs().max()))
            if "ReLU" in node.op_type:
                acc = acc.clamp(min=0)
            if "max_value" in arguments:
                acc = torch.minimum(acc, tensor(arguments["max_value"]))
            if "GlobalAvgPool" in node.op_type:
                acc = acc.sum((2, 3), keepdim=True)
            multiplier = tensor(arguments["Scale"])
        largest = max(largest, float(acc.abs().max()))
        scaled = torch.floor(acc * multiplier / tensor(arguments["Shift"]) + 0.5)
        values[node.output[0]] = scaled.clamp(-128, 127)
    counts = values[quantized.graph.node[-1].input[0]]
    return counts.numpy().astype(np.int64).reshape(len(images), -1), largest
