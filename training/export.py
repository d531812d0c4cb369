"""Float network -> float ONNX -> 8-bit quantized ONNX (quantizeml), and what it costs.

The float graph is written node by node (batch normalisation folded), so that quantizeml sees
exactly the operators named in model.py.
"""
import hashlib
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import model as network


class GraphWriter:
    """Collects the nodes and weights of the float graph; values are named after their layer."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def constant(self, name, array):
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def add(self, operator, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [name], name, **attributes))
        return name

    def unit(self, unit, name, x):
        """A ConvUnit. ONNX pads are (top, left, bottom, right)."""
        weight, bias = (tensor.numpy().astype(np.float32) for tensor in unit.folded())
        left, right, top, bottom = unit.pads
        kernel = unit.conv.kernel_size[0]
        if unit.conv.stride[0] == 2 and kernel != 3:
            raise ValueError(f"{name}: a strided kernel must be 3x3 on the accelerator")
        y = self.add("Conv", name, [x, self.constant(name + "_w", weight),
                                    self.constant(name + "_b", bias)],
                     kernel_shape=[kernel, kernel], strides=list(unit.conv.stride),
                     pads=[top, left, bottom, right], group=unit.conv.groups)
        if unit.activation == "relu":
            return self.add("Relu", name + "_relu", [y])
        if unit.activation == "relu6":
            limits = [self.constant(name + "_min", np.float32(0)),
                      self.constant(name + "_max", np.float32(6))]
            return self.add("Clip", name + "_relu6", [y] + limits)
        return y

    def block(self, block, name, x):
        if isinstance(block, network.InvertedResidual):
            y = x if block.expand is None else self.unit(block.expand, name + "_expand", x)
            y = self.unit(block.depthwise, name + "_depthwise", y)
            y = self.unit(block.project, name + "_project", y)
            return self.add("Add", name + "_add", [x, y]) if block.residual else y
        if isinstance(block, network.Gate):
            y = self.unit(block.depthwise, name + "_gate_depthwise", x)
            y = self.unit(block.pointwise, name + "_gate_pointwise", y)
            return self.add("Add", name + "_gate_add", [x, y])
        if isinstance(block, network.GhostBlock):
            a = self.unit(block.primary, name + "_primary", x)
            g = self.unit(block.ghost, name + "_ghost", a)
            both = self.add("Concat", name + "_concat", [a, g], axis=1)
            value = self.unit(block.value, name + "_value", both)
            gate = self.unit(block.gate_depthwise, name + "_gate_depthwise", both)
            gate = self.unit(block.gate_pointwise, name + "_gate_pointwise", gate)
            return self.add("Add", name + "_gate_add", [value, gate])
        raise TypeError(f"no ONNX form for {type(block).__name__}")


def float_onnx(backbone: network.Backbone, size: int) -> onnx.ModelProto:
    """Graph input `image`: float32 (N, 3, size, size) holding the integers 0..255."""
    writer = GraphWriter()
    x = writer.add("Add", "centred", ["image", writer.constant(
        "pixel_offset", np.full((1, 3, 1, 1), -backbone.PIXEL_MEAN, np.float32))])
    x = writer.add("Mul", "scaled", [x, writer.constant(
        "pixel_scale", np.full((1, 3, 1, 1), 1 / backbone.PIXEL_SCALE, np.float32))])
    x = writer.unit(backbone.stem, "stem", x)
    for index, block in enumerate(backbone.blocks):
        x = writer.block(block, f"block{index:02d}", x)
    x = writer.unit(backbone.spikes, "spikes", x)
    x = writer.add("GlobalAveragePool", "counts", [x])
    features = backbone.spikes.conv.out_channels
    graph = helper.make_graph(
        writer.nodes, "qana",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", features, 1, 1])],
        writer.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def quantize(float_model: onnx.ModelProto, samples: np.ndarray) -> onnx.ModelProto:
    """8-bit weights and activations, one scale a channel; `samples` is uint8 (N, 3, S, S).

    quantizeml takes the input's scale from the samples' range, so one sample gets a black and a
    white pixel: the scale is then exactly 1 and the input tensor is the image itself.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from quantizeml.models import QuantizationParams, quantize as quantizeml_quantize
    samples = samples.astype(np.float32)
    samples[0, :, 0, 0], samples[0, :, 0, 1] = 0, 255
    quantized = quantizeml_quantize(float_model, qparams=QuantizationParams(input_dtype="uint8"),
                                    samples=samples, num_samples=len(samples), batch_size=16)
    weights = {w.name: numpy_helper.to_array(w) for w in quantized.graph.initializer}
    if not (np.all(weights["quantize_scale"] == 1) and np.all(weights["quantize_zp"] == 0)):
        raise RuntimeError("the input quantizer is not the identity")
    last = quantized.graph.node[-1]
    if last.op_type != "Dequantizer":
        raise RuntimeError(f"the graph ends in {last.op_type}, not in a Dequantizer")
    used = {node.op_type for node in quantized.graph.node}
    unused = [f for f in quantized.functions if f.name not in used]
    for function in unused:
        quantized.functions.remove(function)
    quantized.producer_name = "quantizeml"
    return quantized


def count_scale(quantized: onnx.ModelProto) -> np.ndarray:
    """float64 (256,): feature = count * scale, from the Dequantizer's float32 scales."""
    name = quantized.graph.node[-1].input[1]
    weights = {w.name: numpy_helper.to_array(w) for w in quantized.graph.initializer}
    return np.atleast_1d(weights[name]).astype(np.float64).reshape(-1)


def cost(quantized: onnx.ModelProto, size: int) -> dict:
    """Multiply-accumulates of one image and number of weights and biases of the integer file."""
    weights = {w.name: numpy_helper.to_array(w) for w in quantized.graph.initializer}
    shape = {quantized.graph.node[0].output[0]: size}
    macs = parameters = 0
    for node in quantized.graph.node[1:-1]:
        side = shape[node.input[0]]
        kernels = [weights[n] for n in node.input if n in weights and n.endswith("_Wi")]
        for kernel in kernels:
            stride = next((tuple(a.ints)[0] for a in node.attribute if a.name == "strides"), 1)
            side = -(-side // stride)
            macs += kernel.size * side * side
            parameters += kernel.size
        parameters += sum(weights[n].size for n in node.input if n.endswith("_B"))
        shape[node.output[0]] = side
    return {"macs": int(macs), "parameters": int(parameters)}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
