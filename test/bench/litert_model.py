"""Writes an int8 LiteRT file of the network that a QDQ ONNX file describes.

The route: each DequantizeLinear → operator → QuantizeLinear of the ONNX file is one int8 operator
of LiteRT. Weights, biases and scales are taken over; uint8 activations become int8 ones, 128 less;
C×H×W becomes H×W×C. LiteRT wants one scale for all inputs and the output of a concatenation, so
`share_concat_scales` gives the ONNX file that first.
"""

import flatbuffers
import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from onnx import numpy_helper


class Qdq:
    """A QDQ graph by names: constants, and the operators between the quantizations."""

    def __init__(self, model: onnx.ModelProto):
        self.model = model
        self.constants = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
        self.producers = {name: node for node in model.graph.node for name in node.output}
        self.consumers: dict[str, list[onnx.NodeProto]] = {}
        for node in model.graph.node:
            for name in node.input:
                self.consumers.setdefault(name, []).append(node)

    def operators(self):
        kinds = ("Conv", "Concat", "Add", "GlobalAveragePool", "Gemm")
        return [node for node in self.model.graph.node if node.op_type in kinds]

    def quantized(self, name: str) -> str:
        """The QuantizeLinear output behind a dequantized tensor, past reshapes."""
        node = self.producers[name]
        if node.op_type in ("DequantizeLinear", "Flatten"):
            return self.quantized(node.input[0])
        if node.op_type == "QuantizeLinear":
            before = self.producers.get(node.input[0])
            return self.quantized(before.output[0]) if before and before.op_type == "Flatten" else name
        raise ValueError(f"{name} is not quantized")

    def quantizer_of(self, name: str) -> onnx.NodeProto:
        return next(node for node in self.consumers[name] if node.op_type == "QuantizeLinear")


def share_concat_scales(model: onnx.ModelProto) -> None:
    """Quantizes the inputs of each concatenation as its output is."""
    graph = Qdq(model)
    values = {t.name: t for t in model.graph.initializer}
    for node in graph.operators():
        if node.op_type != "Concat":
            continue
        output = graph.quantizer_of(node.output[0])
        for name in node.input:
            source = graph.producers[graph.quantized(name)]
            for parameter in (1, 2):
                shared = onnx.TensorProto()
                shared.CopyFrom(values[output.input[parameter]])
                shared.name = source.input[parameter]
                values[source.input[parameter]].CopyFrom(shared)


class Writer:
    def __init__(self, model: onnx.ModelProto, explicit_padding: bool):
        self.graph = Qdq(model)
        self.explicit_padding = explicit_padding
        self.tensors: list[schema.TensorT] = []
        self.buffers = [schema.BufferT()]
        self.operators: list[schema.OperatorT] = []
        self.codes: list[int] = []
        self.indices: dict[str, int] = {}

    def write(self) -> bytes:
        source = self.graph.quantizer_of(self.graph.model.graph.input[0].name)
        _, channels, height, width = self.dims(self.graph.model.graph.input[0])
        first = self.activation(source, [1, height, width, channels])
        for node in self.graph.operators():
            last = getattr(self, node.op_type.lower())(node)
        subgraph = schema.SubGraphT()
        subgraph.tensors, subgraph.operators = self.tensors, self.operators
        subgraph.inputs, subgraph.outputs, subgraph.name = [first], [last], "main"
        model = schema.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [subgraph], self.buffers
        model.operatorCodes = [self.operator_code(code) for code in self.codes]
        builder = flatbuffers.Builder(1 << 20)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def conv(self, node) -> int:
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        source = self.input(node.input[0])
        weights, scales = self.weights(node.input[1])
        depthwise = attributes["group"] > 1
        strides, pads, kernel = (attributes[key] for key in ("strides", "pads", "kernel_shape"))
        _, height, width, channels = self.tensors[source].shape
        padding = schema.Padding.SAME if max(pads) > 0 else schema.Padding.VALID
        rows = (height + pads[0] + pads[2] - kernel[0]) // strides[0] + 1
        columns = (width + pads[1] + pads[3] - kernel[1]) // strides[1] + 1
        if padding == schema.Padding.SAME and strides[0] > 1 and self.explicit_padding:
            source, padding = self.pad(source, pads), schema.Padding.VALID
        # [output][input][y][x] → [output][y][x][input]; depthwise: [1][y][x][channel].
        ordered = weights.transpose((1, 2, 3, 0) if depthwise else (0, 2, 3, 1))
        filters = self.constant(ordered, scales, 3 if depthwise else 0)
        options = schema.DepthwiseConv2DOptionsT() if depthwise else schema.Conv2DOptionsT()
        options.padding, options.strideH, options.strideW = padding, *strides
        options.dilationHFactor = options.dilationWFactor = 1
        if depthwise:
            options.depthMultiplier = 1
        output = self.output(node, [1, rows, columns, weights.shape[0]])
        name = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
        bias = self.bias(node.input[2], source, scales)
        return self.operator(name, [source, filters, bias], output, options)

    def pad(self, source: int, pads) -> int:
        top, left, bottom, right = pads
        tensor = self.tensors[source]
        _, height, width, channels = tensor.shape
        amounts = np.array([[0, 0], [top, bottom], [left, right], [0, 0]], np.int32)
        padded = self.tensor([1, height + top + bottom, width + left + right, channels], "INT8")
        self.tensors[padded].quantization = tensor.quantization
        inputs = [source, self.constant(amounts)]
        return self.operator("PAD", inputs, padded, schema.PadOptionsT())

    def concat(self, node) -> int:
        inputs = [self.input(name) for name in node.input]
        shape = list(self.tensors[inputs[0]].shape)
        shape[3] = sum(self.tensors[index].shape[3] for index in inputs)
        options = schema.ConcatenationOptionsT()
        options.axis = 3
        return self.operator("CONCATENATION", inputs, self.output(node, shape), options)

    def add(self, node) -> int:
        inputs = [self.input(name) for name in node.input]
        output = self.output(node, list(self.tensors[inputs[0]].shape))
        return self.operator("ADD", inputs, output, schema.AddOptionsT())

    def globalaveragepool(self, node) -> int:
        source = self.input(node.input[0])
        axes = self.constant(np.array([1, 2], np.int32))
        output = self.output(node, [1, self.tensors[source].shape[3]])
        return self.operator("MEAN", [source, axes], output, schema.ReducerOptionsT())

    def gemm(self, node) -> int:
        source = self.input(node.input[0])
        weights, scales = self.weights(node.input[1])
        filters = self.constant(weights, scales, 0)
        output = self.output(node, [1, weights.shape[0]])
        inputs = [source, filters, self.bias(node.input[2], source, scales)]
        return self.operator("FULLY_CONNECTED", inputs, output, schema.FullyConnectedOptionsT())

    def input(self, name: str) -> int:
        return self.indices[self.graph.quantized(name)]

    def output(self, node, shape) -> int:
        return self.activation(self.graph.quantizer_of(node.output[0]), shape)

    def activation(self, quantizer, shape) -> int:
        scale, zero_point = (self.graph.constants[name] for name in quantizer.input[1:3])
        index = self.tensor(shape, "INT8")
        shift = 128 if zero_point.dtype == np.uint8 else 0
        self.quantize(index, [float(scale)], [int(zero_point) - shift])
        self.indices[quantizer.output[0]] = index
        return index

    def weights(self, name: str):
        values, scales, zero_points = (
            self.graph.constants[each] for each in self.graph.producers[name].input
        )
        if values.dtype != np.int8 or np.any(zero_points):
            raise ValueError(f"{name} is not symmetric int8")
        return values, np.broadcast_to(scales.reshape(-1), values.shape[0])

    def bias(self, name: str, source: int, scales) -> int:
        producer = self.graph.producers[name]
        values = self.graph.constants[producer.input[0]]
        source_scale = self.tensors[source].quantization.scale[0]
        # The ONNX file's scale of the bias, where its input has got another scale since.
        ratio = self.graph.constants[producer.input[1]].reshape(-1) / (source_scale * scales)
        return self.constant(np.round(values * ratio).astype(np.int32), source_scale * scales, 0)

    def constant(self, values: np.ndarray, scales=None, axis: int = 0) -> int:
        index = self.tensor(list(values.shape), "INT8" if values.dtype == np.int8 else "INT32")
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
        self.tensors[index].buffer = len(self.buffers)
        self.buffers.append(buffer)
        if scales is not None:
            self.quantize(index, [float(scale) for scale in scales], [0] * len(scales), axis)
        return index

    def tensor(self, shape, element: str) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type = list(shape), getattr(schema.TensorType, element)
        tensor.name, tensor.buffer = f"t{len(self.tensors)}", 0
        self.tensors.append(tensor)
        return len(self.tensors) - 1

    def quantize(self, index: int, scales, zero_points, axis: int = 0) -> None:
        quantization = schema.QuantizationParametersT()
        quantization.scale, quantization.zeroPoint = scales, zero_points
        quantization.quantizedDimension = axis
        self.tensors[index].quantization = quantization

    def operator(self, name: str, inputs, output: int, options) -> int:
        code = getattr(schema.BuiltinOperator, name)
        if code not in self.codes:
            self.codes.append(code)
        operator = schema.OperatorT()
        operator.opcodeIndex = self.codes.index(code)
        operator.inputs, operator.outputs = inputs, [output]
        operator.builtinOptions = options
        kind = type(options).__name__.removesuffix("T")
        operator.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        self.operators.append(operator)
        return output

    @staticmethod
    def operator_code(code: int) -> schema.OperatorCodeT:
        entry = schema.OperatorCodeT()
        entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, min(code, 127), 3
        return entry

    @staticmethod
    def dims(value) -> list[int]:
        return [dim.dim_value or 1 for dim in value.type.tensor_type.shape.dim]


def write_litert(model: onnx.ModelProto, explicit_padding: bool = False) -> bytes:
    """`explicit_padding`: padding as ONNX has it in layers of stride 2, by an operator of its own;
    otherwise LiteRT's own SAME, which costs nothing and lies half a pixel off."""
    return Writer(model, explicit_padding).write()
