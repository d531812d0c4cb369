"""The network with one of its parts left out or made otherwise, for `ablate.py`.

A variant is a function that changes a freshly built `model.Qana` in place.
"""
import torch
from torch import nn

import model as network
import quantizers


class Nothing(nn.Module):
    """Adds nothing: a zero for every input."""

    def forward(self, x):
        return x.new_zeros(())


class NoChannels(nn.Module):
    """(N, C, H, W) -> (N, 0, H, W)."""

    def forward(self, x):
        return x[:, :0]


class MultiplyingGate(network.Gate):
    """x * 2 sigmoid(gate(x)): SA-ECA as published, which the accelerator cannot run. Starts at x."""

    def forward(self, x):
        return x * (2 * torch.sigmoid(self.pointwise(self.depthwise(x))))


class MultiplyingGhostBlock(network.GhostBlock):
    def forward(self, x):
        a = self.primary(x)
        both = torch.cat([a, self.ghost(a)], dim=1)
        gate = self.gate_pointwise(self.gate_depthwise(both))
        return self.value(both) * (2 * torch.sigmoid(gate))


class PlainHead(nn.Module):
    def __init__(self, features=256, classes=7):
        super().__init__()
        self.classifier = nn.Linear(features, classes)

    def forward(self, f):
        return self.classifier(f)


def _ghost_blocks(net):
    return [block for block in net.backbone.blocks if isinstance(block, network.GhostBlock)]


def without_ghost(net):
    """All features of a ghost block by the 1x1 convolution."""
    for block in _ghost_blocks(net):
        inputs, primary = block.primary.conv.in_channels, block.primary.conv.out_channels
        block.primary = network.ConvUnit(inputs, 2 * primary, activation="relu")
        block.ghost = NoChannels()


def without_gates(net):
    for index, block in enumerate(net.backbone.blocks):
        if isinstance(block, network.Gate):
            net.backbone.blocks[index] = nn.Identity()
    for block in _ghost_blocks(net):
        block.gate_depthwise, block.gate_pointwise = nn.Identity(), Nothing()


def multiplying_gates(net):
    for block in net.backbone.blocks:
        if isinstance(block, network.Gate):
            block.__class__ = MultiplyingGate
        elif isinstance(block, network.GhostBlock):
            block.__class__ = MultiplyingGhostBlock


def without_squeeze_and_excitation(net):
    net.head = PlainHead()


def without_masking(net):
    net.dropout.p = 0.0


def without_stochastic_depth(net):
    for block in net.backbone.blocks:
        if isinstance(block, network.InvertedResidual):
            block.drop = 0.0


def without_pretraining(net):
    """New random weights for the whole trunk."""
    for module in net.backbone.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.BatchNorm2d) and module.weight.any():
            module.reset_parameters()


VARIANTS = {
    "as shipped": lambda net: None,
    "without ghost modules": without_ghost,
    "without SA-ECA gates": without_gates,
    "multiplying gates": multiplying_gates,
    "without squeeze-and-excitation": without_squeeze_and_excitation,
    "without masked counts": without_masking,
    "without stochastic depth": without_stochastic_depth,
    "without ImageNet weights": without_pretraining,
    "quantized while training": quantizers.quantize_while_training,
}
