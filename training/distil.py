"""A float teacher: EfficientNet-Lite0 whole, from its ImageNet weights, trained like the student; and
what the student can learn from it, beside the labels.

`ablate.py` measures what that is worth; the shipped network has no teacher.
"""
import torch
from torch import nn
from torch.nn import functional as F

import model as network


class Teacher(nn.Module):
    """(N, 3, S, S) pixels 0..255 -> (N, 7) logits: 3.4 million weights."""

    # The blocks after the student's trunk: (expansion, kernel, stride, output channels).
    BLOCKS = network.LITE0_BLOCKS + [
        (6, 5, 2, 192), (6, 5, 1, 192), (6, 5, 1, 192), (6, 5, 1, 192), (6, 3, 1, 320)]

    def __init__(self, dropout=0.2, drop_path=0.0):
        super().__init__()
        self.backbone = network.Backbone([], 1280, drop_path, self.BLOCKS, gates=())
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(1280, 7)

    def forward(self, x):
        return self.classifier(self.dropout(self.backbone(x)))


class Potentials:
    """The membrane potentials that a network's trunk shows to its next layers: the outputs of its
    inverted residuals, up to those that the student has. Of the latest images, in order."""

    def __init__(self, net):
        self.latest = []
        blocks = [b for b in net.backbone.blocks if isinstance(b, network.InvertedResidual)]
        for block in blocks[:len(network.LITE0_BLOCKS)]:
            block.register_forward_hook(lambda _, given, out: self.latest.append(out))

    def take(self):
        taken, self.latest = self.latest, []
        return taken


class Distillation:
    """Makes a student's logits (Hinton et al., 2015) and its membrane potentials (MD-SNN) like
    those of a trained teacher for the same images."""

    def __init__(self, teacher, student, options):
        self.teacher, self.options = teacher.eval().requires_grad_(False), options
        self.theirs, self.ours = Potentials(teacher), Potentials(student)

    def error(self, x, logits):
        """Call it once, with what `student(x)` gave, after each such call.

        options["logits"] * T^2 KL(teacher || student) at temperature T, and options["potentials"]
        times the mean squared difference in units of the teacher's variance, a mean over blocks.
        """
        with torch.no_grad():
            wanted = self.teacher(x).float()
        ours, theirs = self.ours.take(), self.theirs.take()
        heat = self.options["temperature"]
        error = self.options["logits"] * heat ** 2 * F.kl_div(
            F.log_softmax(logits / heat, dim=1), F.log_softmax(wanted / heat, dim=1),
            reduction="batchmean", log_target=True)
        if self.options["potentials"]:
            differences = [(a.float() - b.float()).square().mean() / b.float().var()
                           for a, b in zip(ours, theirs, strict=True)]
            error = error + self.options["potentials"] * torch.stack(differences).mean()
        return error
