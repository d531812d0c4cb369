"""The outline's network: QANA's trunk up to a sixteenth of the picture, and a way back to a fourth.

The same operators as in model.py, and transposed depthwise convolutions, which Akida 2.0 has as
well. Its rules hold here too: every addition and every concatenation is read by a convolution, no
tensor is read by more than two nodes.
"""
import torch
from torch import nn
from torch.nn import functional as F

import backbones
import model as network

ENCODER_BLOCKS = 15     # of QANA-4's: up to its last block of 112 channels, gate included
QUARTER, EIGHTH = 3, 6  # the gates whose outputs the way back reads
FROZEN_BLOCKS = 4       # stem and blocks that stay as QANA-4 has them


class Widen(nn.Module):
    """Depthwise transposed 3x3 convolution: (N, C, H, W) -> (N, C, 2H, 2W); begins as linear
    interpolation. Output (y, x) reads inputs y/2 and, between two of them, the next as well."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.ConvTranspose2d(channels, channels, 3, 2, 1, 1, groups=channels, bias=False)
        line = torch.tensor([0.5, 1.0, 0.5])
        self.conv.weight.data.copy_((line[:, None] * line).expand(channels, 1, 3, 3))

    def forward(self, x):
        """The same as `self.conv(x)`, over the map with zeros between: what oneDNN does several
        times faster."""
        count, channels, height, width = x.shape
        spread = torch.zeros(count, channels, 2 * height, 2 * width, dtype=x.dtype,
                             device=x.device).to(memory_format=torch.channels_last)
        spread[:, :, ::2, ::2] = x
        return F.conv2d(spread, self.conv.weight.flip(2, 3), None, 1, 1, 1, channels)


class Merge(nn.Module):
    """What comes from below, widened, beside what the encoder saw here."""

    def __init__(self, below, here, kept, outputs):
        super().__init__()
        self.widen = Widen(below)
        self.skip = network.ConvUnit(here, kept, activation="relu")
        self.mix = network.ConvUnit(below + kept, outputs, activation="relu")
        self.spread = network.ConvUnit(outputs, outputs, 5, 1, outputs, "relu")
        self.join = network.ConvUnit(outputs, outputs, activation="relu")

    def forward(self, below, here):
        both = torch.cat([self.widen(below), self.skip(here)], dim=1)
        return self.join(self.spread(self.mix(both)))


class Outline(nn.Module):
    """(N, 3, S, S) pixels 0..255 -> (N, 1, S / 4, S / 4) log odds that a point lies in the lesion."""

    def __init__(self):
        super().__init__()
        backbone = network.Backbone([], 1, 0.0, backbones.TRUNK, backbones.GATES)
        self.stem = backbone.stem
        self.blocks = backbone.blocks[:ENCODER_BLOCKS]
        self.deepest = network.ConvUnit(112, 64, activation="relu")
        self.eighth = Merge(64, 40, 32, 64)
        self.quarter = Merge(64, 24, 24, 48)
        self.decide = network.ConvUnit(48, 1)
        self.frozen = [self.stem, *self.blocks[:FROZEN_BLOCKS]]
        for part in self.frozen:
            part.requires_grad_(False)

    def train(self, mode=True):
        super().train(mode)
        for part in self.frozen:
            part.eval()
        return self

    def forward(self, x):
        x = (x - network.Backbone.PIXEL_MEAN) / network.Backbone.PIXEL_SCALE
        x, kept = self.stem(x), {}
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in (QUARTER, EIGHTH):
                kept[index] = x
        x = self.eighth(self.deepest(x), kept[EIGHTH])
        return self.decide(self.quarter(x, kept[QUARTER])).float()

    def begin_as(self, qana: dict):
        """Takes the encoder's weights from QANA-4's (`final.pt` of `course.py`)."""
        own = self.state_dict()
        theirs = {name.removeprefix("backbone."): value for name, value in qana.items()}
        shared = {n: v for n, v in theirs.items() if n in own and n.startswith(("stem.", "blocks."))}
        missing = {n for n in own if n.startswith(("stem.", "blocks."))} - set(shared)
        if missing:
            raise ValueError(f"QANA's weights lack {sorted(missing)[0]}")
        self.load_state_dict(shared, strict=False)


def enlarged(logits, rows, columns):
    """Log odds over the whole picture, by linear interpolation between cells' centres."""
    return F.interpolate(logits, size=(rows, columns), mode="bilinear", align_corners=False)
