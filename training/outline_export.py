"""The outline's float network -> float ONNX -> 8-bit quantized ONNX.

The file's last layer but one gives what the program reads: for each cell a neuron whose spikes count
how likely it lies in the lesion, max(0, min(2R, log odds + R)) in 127 steps. A layer that hands it on
unchanged comes last, because the spike counts of a network without a pool are what its last layer
reads. So the file needs nothing of the engines, of the bridge or of a device that QANA's does not.
"""
import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import export
import model as network
import outline_network


class Writer(export.GraphWriter):
    def widen(self, widen, name, x):
        weight = widen.conv.weight.detach().float().numpy()
        return self.add("ConvTranspose", name, [x, self.constant(name + "_w", weight)],
                        kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 0],
                        group=widen.conv.groups)

    def merge(self, merge, name, below, here):
        wide = self.widen(merge.widen, name + "_widen", below)
        skip = self.unit(merge.skip, name + "_skip", here)
        both = self.add("Concat", name + "_concat", [wide, skip], axis=1)
        y = self.unit(merge.mix, name + "_mix", both)
        y = self.unit(merge.spread, name + "_spread", y)
        return self.unit(merge.join, name + "_join", y)

    def counts(self, decide, name, x, reach):
        """max(0, min(2R, log odds + R))."""
        weight, bias = (t.numpy().astype(np.float32) for t in decide.folded())
        y = self.add("Conv", name, [x, self.constant(name + "_w", weight),
                                    self.constant(name + "_b", bias + np.float32(reach))],
                     kernel_shape=[1, 1], strides=[1, 1], pads=[0, 0, 0, 0])
        limits = [self.constant(name + "_min", np.float32(0)),
                  self.constant(name + "_max", np.float32(2 * reach))]
        return self.add("Clip", name + "_spikes", [y] + limits)


def float_onnx(net: outline_network.Outline, size: int, reach: float) -> onnx.ModelProto:
    """Graph input `image`: float32 (N, 3, size, size) holding the integers 0..255."""
    writer = Writer()
    mean, scale = network.Backbone.PIXEL_MEAN, network.Backbone.PIXEL_SCALE
    x = writer.add("Add", "centred", ["image", writer.constant(
        "pixel_offset", np.full((1, 3, 1, 1), -mean, np.float32))])
    x = writer.add("Mul", "scaled", [x, writer.constant(
        "pixel_scale", np.full((1, 3, 1, 1), 1 / scale, np.float32))])
    x, kept = writer.unit(net.stem, "stem", x), {}
    for index, block in enumerate(net.blocks):
        x = writer.block(block, f"block{index:02d}", x)
        kept[index] = x
    x = writer.unit(net.deepest, "deepest", x)
    x = writer.merge(net.eighth, "eighth", x, kept[outline_network.EIGHTH])
    x = writer.merge(net.quarter, "quarter", x, kept[outline_network.QUARTER])
    x = writer.counts(net.decide, "decide", x, reach)
    x = writer.add("Conv", "read", [x, writer.constant("read_w", np.ones((1, 1, 1, 1), np.float32))],
                   kernel_shape=[1, 1], strides=[1, 1], pads=[0, 0, 0, 0])
    side = size // 4
    graph = helper.make_graph(
        writer.nodes, "outline",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", 1, side, side])],
        writer.weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def load(path) -> outline_network.Outline:
    net = outline_network.Outline()
    state = torch.load(path, map_location="cpu", weights_only=True)
    net.load_state_dict(state["average"])
    return net.eval()
