"""Quantization inside the float network: rounded on the way forward, unseen on the way back."""
import torch
from torch import nn
from torch.nn.utils import parametrize

import model as network


def straight_through(w, changed):
    """`changed` on the way forward, the gradient of `w` on the way back."""
    return w + (changed - w).detach()


class Levels(nn.Module):
    """Whole multiples of max|w| / top of each output channel: 8 bits with top = 127, 4 with 7."""

    def __init__(self, bits: int):
        super().__init__()
        self.bits, self.top = bits, 2 ** (bits - 1) - 1

    def forward(self, w):
        step = w.abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-8) / self.top
        return straight_through(w, (w / step).round() * step)


class QuantizedUnit(network.ConvUnit):
    """A ConvUnit whose outputs are whole multiples of a 127th of their channel's largest: of each
    batch, averaged with a memory of a hundred batches."""

    def forward(self, x):
        y = super().forward(x)
        if self.training:
            with torch.no_grad():
                largest = y.abs().amax(dim=(0, 2, 3)).float()
                self.largest.copy_(torch.where(self.largest > 0, self.largest, largest)
                                   .lerp(largest, 0.01))
        step = (self.largest.clamp(min=1e-6) / 127)[:, None, None].to(y.dtype)
        return straight_through(y, (y / step).round().clamp(-127, 127) * step)


def quantize_while_training(net):
    """8-bit weights and activations in every layer of a freshly built network, in place."""
    for unit in net.backbone.modules():
        if isinstance(unit, network.ConvUnit):
            parametrize.register_parametrization(unit.conv, "weight", Levels(8))
            unit.register_buffer("largest", torch.zeros(unit.conv.out_channels))
            unit.__class__ = QuantizedUnit
