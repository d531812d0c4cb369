"""Makes the models of this folder: one small float network for every operator form that
quantizeml 1.2.5 writes for 2-D vision models, with random weights, quantized by it.

    python make.py FOLDER        (quantizeml==1.2.5, onnx, onnxruntime)

What quantizeml refuses is printed and left out.
"""
import contextlib
import os
import sys
import zlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from quantizeml.layers import QuantizationParams
from quantizeml.onnx_support.layers import AKIDA_ONNX_LAYERS
from quantizeml.onnx_support.layers.buffer_temp_conv import btc_function
from quantizeml.onnx_support.quantization.quantize import quantize

CHANNELS, HEIGHT, WIDTH = 3, 9, 8


class Net:
    """A float network under construction; tensors are named t0, t1, …"""

    def __init__(self, name, shape=(CHANNELS, HEIGHT, WIDTH), dtype=TensorProto.FLOAT):
        self.name = name
        self.random = np.random.default_rng(zlib.crc32(name.encode()))
        self.input = helper.make_tensor_value_info("x", dtype, [1, *shape])
        self.shape = shape
        self.nodes, self.constants, self.count = [], [], 0
        self.functions = []

    def op(self, op_type, *inputs, **attributes):
        out = f"t{self.count}"
        self.count += 1
        self.nodes.append(helper.make_node(op_type, list(inputs), [out], name=f"n{out}", **attributes))
        return out

    def const(self, value):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def normal(self, *shape, scale=1.0):
        return self.const((self.random.normal(size=shape) * scale).astype(np.float32))

    def activate(self, x, activation):
        if activation == "":
            return x
        if activation == "Relu":
            return self.op("Relu", x)
        if activation == "Clip":
            return self.op("Clip", x, self.const(np.float32(0)), self.const(np.float32(1.1)))
        if activation == "LeakyRelu":
            return self.op("LeakyRelu", x, alpha=0.2)
        if activation == "Swish":
            return self.op("Mul", x, self.op("Sigmoid", x))
        return self.op(activation, x)

    def conv(self, x, inputs, outputs, k=(3, 3), stride=(1, 1), pads=(1, 1, 1, 1), act="Relu",
             bias=True, group=1, pool=None, transposed=False):
        shape = (inputs, outputs // group) if transposed else (outputs, inputs // group)
        args = [x, self.normal(*shape, *k, scale=0.4)]
        if bias:
            args.append(self.normal(outputs, scale=0.3))
        y = self.op("ConvTranspose" if transposed else "Conv", *args, kernel_shape=list(k),
                    strides=list(stride), pads=list(pads), group=group)
        if isinstance(pool, dict):
            y = self.op("MaxPool", y, **pool)
        y = self.activate(y, act)
        return self.op("GlobalAveragePool", y) if pool == "gap" else y

    def first(self, outputs=6, **options):
        return self.conv("x", self.shape[0], outputs, **options)

    def dense(self, x, inputs, outputs, act="", bias=True, flatten=True):
        if flatten:
            x = self.op("Flatten", x)
        args = [x, self.normal(outputs, inputs, scale=0.3)]
        if bias:
            args.append(self.normal(outputs, scale=0.3))
        return self.activate(self.op("Gemm", *args, transB=1), act)

    def model(self, *outputs):
        infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "g", [self.input], infos, self.constants)
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.brainchip", 1)]
        model = helper.make_model(graph, opset_imports=opsets[: 1 + bool(self.functions)], ir_version=10,
                                  functions=self.functions)
        return onnx.shape_inference.infer_shapes(model)


ZOO = []


def case(low=0.0, high=255.0, **params):
    """Registers a function that builds a network and returns its output names."""
    def add(build):
        ZOO.append((build, low, high, params))
        return build
    return add


# Input layers.
@case()
def input_conv_plain(n):
    return [n.first(act="", bias=False)]


@case()
def input_conv_stride2_7x7(n):
    return [n.first(k=(7, 7), stride=(2, 2), pads=(3, 3, 3, 3))]


@case(low=-60.0, high=200.0)
def input_conv_zero_point(n):
    return [n.first(act="Clip", pads=(2, 1, 0, 1))]


@case(low=-1.0, high=1.0)
def input_conv_gap(n):
    return [n.first(pool="gap")]


@case()
def input_conv_max_pool(n):
    return [n.first(pool=dict(kernel_shape=[2, 2], strides=[2, 2]))]


@case()
def input_conv_max_pool_clip_padded(n):
    return [n.first(act="Clip", k=(5, 4), pads=(2, 1, 2, 2),
                    pool=dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]))]


@case()
def input_conv_lut(n):
    return [n.first(act="LeakyRelu")]


@case()
def input_conv_padding_value(n):
    # A mean is subtracted before the padded convolution: what was padded with 0 becomes the mean.
    x = n.op("Mul", "x", n.const(np.full((1, 3, 1, 1), 1 / 64, np.float32)))
    x = n.op("Add", x, n.const(np.array([-2.1, -1.6, -0.4], np.float32).reshape(1, 3, 1, 1)))
    return [n.conv(x, CHANNELS, 6, pads=(2, 1, 1, 3))]


@case(input_dtype="int8", low=-1.0, high=1.0)
def signed_input(n):
    return [n.dense(n.first(pool="gap"), 6, 4)]


@case(per_tensor_activations=True)
def per_tensor(n):
    y = n.conv(n.first(), 6, 8, act="Clip")
    y = n.conv(y, 8, 8, group=8)
    return [n.dense(n.conv(y, 8, 12, pool="gap"), 12, 3)]


@case()
def channels_last_input(n):
    n.input.CopyFrom(helper.make_tensor_value_info(
        "x", TensorProto.FLOAT, [1, HEIGHT, WIDTH, CHANNELS]))
    return [n.conv(n.op("Transpose", "x", perm=[0, 3, 1, 2]), CHANNELS, 6)]


@case()
def uint8_input(n):
    n.input.CopyFrom(helper.make_tensor_value_info(
        "x", TensorProto.UINT8, [1, CHANNELS, HEIGHT, WIDTH]))
    return [n.conv(n.op("Cast", "x", to=TensorProto.FLOAT), CHANNELS, 6)]


@case()
def one_row(n):
    # A signal is an image of one row, a convolution of one dimension has a kernel of one row.
    n.input.CopyFrom(helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 1, 64]))
    row = dict(k=(1, 7), stride=(1, 2), pads=(0, 3, 0, 3))
    y = n.conv(n.conv("x", 1, 6, **row), 6, 8, pool="gap", **row)
    return [n.dense(y, 8, 1)]


@case(low=-1.0, high=1.0, per_tensor_activations=True)
def complex_convolutions(n):
    # Channels are real parts, then imaginary parts; a complex kernel is [[re, -im], [im, re]].
    n.input.CopyFrom(helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, HEIGHT, WIDTH]))

    def conv(x, inputs, outputs):
        re, im = n.random.normal(size=(2, outputs, inputs, 3, 3)).astype(np.float32)
        kernel = np.concatenate([np.concatenate([re, -im], 1), np.concatenate([im, re], 1)])
        return n.op("Conv", x, n.const(kernel), kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    return [conv(conv("x", 2, 3), 3, 2)]


# Convolutions.
for k, stride, pads in [((1, 1), (1, 1), (0, 0, 0, 0)), ((2, 5), (1, 2), (1, 0, 0, 2)),
                        ((7, 6), (2, 1), (3, 3, 3, 2)), ((4, 3), (2, 2), (0, 1, 2, 1))]:
    def conv(n, k=k, stride=stride, pads=pads):
        y = n.conv(n.first(), 6, 7, k=k, stride=stride, pads=pads, bias=False)
        return [n.conv(y, 7, 7, k=k, stride=stride, pads=pads, group=7, bias=False)]
    conv.__name__ = f"conv_{k[0]}x{k[1]}_stride_{stride[0]}x{stride[1]}"
    case()(conv)

for act in ["", "Relu", "Clip", "LeakyRelu"]:
    def activations(n, act=act):
        a = n.conv(n.first(), 6, 7, act=act)
        b = n.conv(a, 7, 7, act=act, group=7, k=(3, 3), bias=False)
        return [n.conv(b, 7, 5, act=act, pool="gap", k=(1, 1), pads=(0, 0, 0, 0))]
    activations.__name__ = f"activation_{act.lower() or 'none'}"
    case()(activations)


@case()
def max_pool(n):
    pool = dict(kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])
    y = n.conv(n.first(), 6, 7, pool=pool)
    y = n.conv(y, 7, 7, group=7, pool=dict(kernel_shape=[2, 2], strides=[2, 2]), act="Clip")
    return [n.conv(y, 7, 5, pool=dict(kernel_shape=[2, 2], strides=[1, 1]), bias=False)]


@case()
def depthwise_gap(n):
    return [n.conv(n.first(), 6, 6, group=6, pool="gap", bias=False)]


# Transposed convolutions.
for group in [1, 6]:
    for act in ["", "Relu", "Clip", "LeakyRelu"]:
        def transposed(n, group=group, act=act):
            y = n.conv(n.first(k=(3, 3), stride=(2, 2)), 6, 6, transposed=True, group=group, act=act,
                       stride=(2, 2), pads=(1, 1, 0, 0), bias=act != "Relu")
            return [n.conv(y, 6, 6, transposed=True, group=group, act=act, k=(5, 2), stride=(1, 2),
                           pads=(2, 0, 1, 1))]
        transposed.__name__ = f"{'depthwise_' if group > 1 else ''}transposed_{act.lower() or 'none'}"
        case()(transposed)


@case()
def upsampled(n):
    y = n.first(stride=(2, 2))
    up = n.op("Resize", y, "", n.const(np.array([1, 1, 2, 2], np.float32)),
              mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    return [n.conv(up, 6, 4)]


# Fully connected layers.
@case()
def dense_flattened_map(n):
    y = n.first(4, stride=(2, 2))
    y = n.dense(y, 4 * 5 * 4, 9, act="Relu")
    y = n.dense(y, 9, 8, act="Clip", flatten=False)
    return [n.dense(y, 8, 3, flatten=False, bias=False)]


@case(last_output_bits=8)
def dense_scaled(n):
    y = n.dense(n.first(pool="gap"), 6, 9, act="Clip", bias=False)
    return [n.dense(y, 9, 5, flatten=False)]


@case()
def dense_spatial(n):
    # A 1×1 convolution of a 1×1 map, which the quantizer turns into a fully connected layer.
    return [n.conv(n.first(pool="gap"), 6, 4, k=(1, 1), pads=(0, 0, 0, 0), act="")]


@case()
def dense_matmul(n):
    y = n.op("Flatten", n.first(4, stride=(2, 2)))
    return [n.op("MatMul", y, n.normal(4 * 5 * 4, 5))]


# Joins.
@case()
def add_maps(n):
    x = n.first(8)
    return [n.conv(n.op("Relu", n.op("Add", x, n.conv(x, 8, 8, act=""))), 8, 4, pool="gap")]


@case()
def add_last(n):
    x = n.first(8)
    return [n.op("Add", x, n.conv(x, 8, 8, act=""))]


@case()
def add_vectors(n):
    y = n.dense(n.first(pool="gap"), 6, 7, act="Relu")
    z = n.op("Add", y, n.dense(y, 7, 7, act="Relu", flatten=False))
    return [n.dense(z, 7, 4, flatten=False)]


@case()
def concat_three(n):
    x = n.first(5)
    a, b = n.conv(x, 5, 4, act="Clip"), n.conv(x, 5, 3, act="")
    return [n.conv(n.op("Concat", x, a, b, axis=1), 12, 4, pool="gap")]


@case()
def concat_last(n):
    x = n.first(5)
    return [n.op("Concat", x, n.conv(x, 5, 4, act=""), axis=1)]


# Several outputs, and files that must be refused.
@case()
def two_outputs(n):
    x = n.first(6)
    a = n.conv(x, 6, 4, stride=(2, 2), act="Clip")
    return [n.dense(n.conv(x, 6, 5, pool="gap"), 5, 3), a]


@case()
def three_outputs(n):
    x = n.first(6)
    y = n.conv(x, 6, 4, k=(1, 1), pads=(0, 0, 0, 0), act="")
    return [x, y, n.dense(n.conv(y, 4, 5, pool="gap"), 5, 3)]


@case()
def refused_video(n):
    # A convolution over the last frames: its state is no part of one image.
    y = n.first(6)
    y = n.op("BufferTempConv", y, n.normal(4, 12, 1, 1, scale=0.3), n.normal(4), domain="com.brainchip",
             fifo_name="fifo", fifo_size=2, model_id="video")
    n.functions = [btc_function]
    return [y]


@case()
def refused_softmax(n):
    return [n.op("Softmax", n.dense(n.first(pool="gap"), 6, 3))]


def main(folder):
    for build, low, high, params in ZOO:
        net = Net(build.__name__)
        try:
            model = net.model(*build(net))
            shape = [d.dim_value for d in net.input.type.tensor_type.shape.dim][1:]
            samples = net.random.uniform(low, high, size=(24, *shape))
            integer = net.input.type.tensor_type.elem_type == TensorProto.UINT8
            samples = samples.astype(np.uint8 if integer else np.float32)
            AKIDA_ONNX_LAYERS.clear()
            with contextlib.redirect_stdout(sys.stderr):
                quantized = quantize(model, QuantizationParams(**params), samples=samples)
            used = {node.op_type for node in quantized.graph.node}
            called = {n.op_type for f in quantized.functions if f.name in used for n in f.node}
            for body in [f for f in quantized.functions if f.name not in used | called]:
                quantized.functions.remove(body)
        except Exception as error:
            print(f"{build.__name__}: {type(error).__name__}: {error}")
            continue
        path = os.path.join(folder, f"{build.__name__}.onnx")
        onnx.save(quantized, path)
        print(f"{build.__name__}: {os.path.getsize(path)} bytes, {' '.join(sorted(used))}")


if __name__ == "__main__":
    main(sys.argv[1])
