"""Smaller forms of the trained network: python compress.py --data ../shared/data --work work --out ../docs/compression.md

Beside the page it draws its picture, `compression.svg`. A form that is done (`compression.json` in the
work folder) is not repeated.

Each method changes the weights of the trained float network, trains on for a few steps in that
form (straight-through gradients), and is measured on the choosing fold with one view. Sizes and
synaptic operations are computed, not stored: what a file in that form would hold, what an
event-driven processor would do. The report fold is not read.
"""
import json

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

import arguments as cli
import card as cards
import data
import head as heads
import metrics
import model as network
import train as training
from quantizers import Levels, straight_through
from squeeze import doubled, squeezed


class Ternary(nn.Module):
    """-a, 0, a of each output channel (Li et al., 2016): zero below 0.7 mean|w|, a the mean of the rest."""

    bits = 2

    def forward(self, w):
        size = w.abs()
        kept = size > 0.7 * size.mean(dim=(1, 2, 3), keepdim=True)
        level = (size * kept).sum((1, 2, 3), True) / kept.sum((1, 2, 3), True).clamp(min=1)
        return straight_through(w, w.sign() * kept * level)


class PowersOfTwo(nn.Module):
    """Sign and one of seven powers of two below the channel's largest, or zero: 4 bits."""

    bits = 4

    def forward(self, w):
        largest = w.abs().amax(dim=(1, 2, 3), keepdim=True).clamp(min=1e-8).log2().round()
        power = w.abs().clamp(min=1e-12).log2().round()
        kept = power > largest - 7
        return straight_through(w, w.sign() * kept * torch.minimum(power, largest).exp2())


class Pruned(nn.Module):
    """The smallest weights of a layer are zero, in stages: `share` grows while it trains."""

    bits = 8

    def __init__(self, share: float):
        super().__init__()
        self.final, self.share = share, 0.0

    def stage(self, progress: float):
        """0 to 1. By thirds, as in staged magnitude pruning."""
        self.share = self.final * min(1.0, (1 + int(progress * 3)) / 3)

    def forward(self, w):
        if not self.share:
            return w
        limit = w.abs().flatten().kthvalue(max(1, int(self.share * w.numel()))).values
        return w * (w.abs() > limit)


def onto(w, rank: int):
    """The weights, a row an output, projected onto the `rank` directions that hold most of them."""
    with torch.autocast("cpu", enabled=False):
        flat = w.flatten(1)
        with torch.no_grad():
            basis = torch.linalg.svd(flat, full_matrices=False).Vh[:rank]
        return (flat @ basis.T @ basis).view_as(w)


class SharedBasis(nn.Module):
    """Depthwise kernels as sums of `count` kernels that the layer shares (PENNI, Li et al., 2020)."""

    bits = 8

    def __init__(self, count: int):
        super().__init__()
        self.count = count

    def forward(self, w):
        return onto(w, self.count)

    def size(self, w):
        return self.count * (w.shape[0] + w[0].numel())


class LowRank(nn.Module):
    """A 1x1 convolution as the product of two, of `share` of its full rank (one block term)."""

    bits = 8

    def __init__(self, share: float):
        super().__init__()
        self.share = share

    def rank(self, w):
        return max(1, int(self.share * min(w.shape[:2])))

    def forward(self, w):
        return onto(w, self.rank(w))

    def size(self, w):
        return self.rank(w) * (w.shape[0] + w.shape[1])


def is_depthwise(unit):
    return unit.conv.groups > 1


def is_wide(unit):
    return not is_depthwise(unit) and unit.conv.in_channels * unit.conv.out_channels >= 80 * 480


def anywhere(unit):
    return True


# What is put on which weights, after which changes of shape; between two of those it trains on.
# The first layer keeps 8 bits in every row, as is usual.
METHODS = {
    "as shipped: 8-bit weights": (lambda: Levels(8), anywhere),
    "4-bit weights": (lambda: Levels(4), anywhere),
    "ternary weights": (Ternary, anywhere),
    "powers of two": (PowersOfTwo, anywhere),
    "half of the weights pruned": (lambda: Pruned(0.5), lambda unit: not is_depthwise(unit)),
    "three quarters pruned": (lambda: Pruned(0.75), lambda unit: not is_depthwise(unit)),
    "four shared depthwise kernels": (lambda: SharedBasis(4), is_depthwise),
    "widest layers at half rank": (lambda: LowRank(0.5), is_wide),
    "ghost modules squeezed to half": (lambda: Levels(8), anywhere, squeezed),
    "ghost modules doubled, then squeezed to half": (
        lambda: Levels(8), anywhere, doubled, squeezed),
}


def units(net):
    return [m for m in net.backbone.modules() if isinstance(m, network.ConvUnit)]


def compress(net, make, chooses):
    """Puts the method on every layer that it is for. The rest has 8-bit weights."""
    stem, *rest = units(net)
    parametrize.register_parametrization(stem.conv, "weight", Levels(8))
    for unit in rest:
        method = make() if chooses(unit) else Levels(8)
        parametrize.register_parametrization(unit.conv, "weight", method)


def recover(net, material, masks, size, options, seed):
    """Trains on in the changed form; the normalisation statistics follow."""
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.0, weight_decay=0.01)
    generator = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    staged = [m for m in net.modules() if isinstance(m, Pruned)]
    for step in range(options["steps"]):
        for each in staged:
            each.stage(step / options["steps"])
        for group in optimiser.param_groups:
            group["lr"] = options["learningRate"] * (1 - step / options["steps"])
        net.train()
        indices = torch.multinomial(material.weights, options["batch"], True,
                                    generator=generator).numpy()
        x = data.augment(material.images(indices), size, generator, masks)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(x.contiguous(memory_format=torch.channels_last)).float()
        error = F.cross_entropy(logits + material.log_prior,
                                torch.from_numpy(material.labels[indices]), label_smoothing=0.05)
        optimiser.zero_grad(set_to_none=True)
        error.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
    for each in staged:
        each.stage(1.0)


@torch.no_grad()
def work_done(net, inputs):
    """(share of zero activations behind a ReLU, synaptic operations an image): an operation is a
    non-zero weight that a non-zero activation meets."""
    zeros, count, operations = 0, 0, 0.0

    def watch(unit, given, out):
        nonlocal zeros, count, operations
        fired = (given[0] != 0).float().mean().item()
        density = (unit.conv.weight != 0).float().mean().item()
        taps = unit.conv.weight[0].numel()
        operations += fired * density * taps * out[0].numel()
        if unit.activation != "none":
            zeros += (out == 0).sum().item()
            count += out.numel()

    hooks = [unit.register_forward_hook(watch) for unit in units(net)]
    training.predict(net, inputs, batch=len(inputs))
    for hook in hooks:
        hook.remove()
    return zeros / count, operations


def bytes_of(net):
    """Of all weights in the form, with 4 bytes a channel for bias and scale; a pruned layer has a
    bit a weight that says which are there."""
    total = 0.0
    for unit in units(net):
        method, w = unit.conv.parametrizations.weight[0], unit.conv.weight
        if isinstance(method, Pruned):
            total += (w != 0).sum().item() + w.numel() / 8
        elif hasattr(method, "size"):
            total += method.size(w)
        else:
            total += w.numel() * method.bits / 8
        total += 4 * w.shape[0]
    return total


def measured(net, inputs, labels):
    logits = training.predict(net, inputs)
    share, operations = work_done(net, inputs[:32])
    return metrics.summary(metrics.softmax(logits), labels) | {
        "balancedLogLoss": heads.balanced_log_loss(logits, labels),
        "megabytes": bytes_of(net) / 1e6, "zeros": share, "operations": operations}


def picture(results):
    """Balanced accuracy against megabytes, and against synaptic operations; the forms by number."""
    first = next(iter(results.values()))["operations"]
    top, side, left = 30, 240, 50
    accuracies = [row["balancedAccuracy"] for row in results.values()]
    low, high = min(accuracies) - 0.02, max(accuracies) + 0.02
    parts = []
    for panel, (title, values) in enumerate([
            ("MB", [row["megabytes"] for row in results.values()]),
            ("synaptic operations, % of the first", [100 * row["operations"] / first
                                                     for row in results.values()])]):
        x0, most = left + panel * (side + 50), 1.1 * max(values)
        parts.append(f'<rect x="{x0}" y="{top}" width="{side}" height="{side}" fill="none" '
                     f'stroke="#9ab"/><text x="{x0 + side / 2}" y="{top + side + 32}" '
                     f'text-anchor="middle">{title}</text>')
        for mark in (0, most / 2.2, most / 1.1):
            parts.append(f'<text x="{x0 + side * mark / most:.0f}" y="{top + side + 16}" '
                         f'text-anchor="middle">{mark:.{2 if most < 10 else 0}f}</text>')
        for mark in (low, high):
            y = top + side * (high - mark) / (high - low)
            parts.append(f'<text x="{x0 - 4}" y="{y + 4:.0f}" text-anchor="end">{mark:.2f}</text>')
        for number, (value, accuracy) in enumerate(zip(values, accuracies), 1):
            x, y = x0 + side * value / most, top + side * (high - accuracy) / (high - low)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#27c"/>'
                         f'<text x="{x + 6:.1f}" y="{y - 4:.1f}">{number}</text>')
    parts.append(f'<text x="{left}" y="18">balanced accuracy</text>')
    legend = left + 2 * (side + 50)
    for number, name in enumerate(results, 1):
        parts.append(f'<text x="{legend}" y="{top + 18 * number}">{number}  {name}</text>')
    return cards.svg(legend + 340, top + side + 44, parts,
                     "Balanced accuracy against size and against operations")


def table(results, options, size):
    first = next(iter(results.values()))["operations"]
    rows = ["# Compression", "",
            "The trained network with its weights in other forms, each trained on for "
            f"{options['steps']} steps of {options['batch']}",
            f"images at {options['size']} px in that form, then measured on fold 4 at {size} px: one "
            "view, float",
            "activations, no decision rule. Bytes are computed for a file in that form. Synaptic "
            "operations are",
            "the non-zero weights that non-zero activations meet, beside the first row's; an "
            "event-driven",
            "processor's dynamic energy is about proportional to them (an estimate). The doubled form trains",
            "on for as many steps before it is squeezed. Made by `training/compress.py`.", "",
            "![Balanced accuracy against size and against operations](compression.svg)", "",
            "| weights | log loss, balanced | AUROC | balanced accuracy | melanoma recall | "
            "least recall | MB | zeros | synaptic operations |",
            "|---|---|---|---|---|---|---|---|---|"]
    for name, row in results.items():
        least = min(row["recall"], key=row["recall"].get)
        rows.append(f"| {name} | {row['balancedLogLoss']:.3f} | {row['macroAuc']:.3f} | "
                    f"{row['balancedAccuracy']:.3f} | {row['recall']['mel']:.3f} | "
                    f"{row['recall'][least]:.3f} ({least}) | {row['megabytes']:.2f} | "
                    f"{row['zeros']:.0%} | {row['operations'] / first:.0%} |")
    return "\n".join(rows) + "\n"


def main():
    arguments, config = cli.parse(cli.parser(__doc__, "../docs/compression.md"))
    options, size = config["compression"], config["inputSize"]
    torch.set_num_threads(config["threads"])

    pack = data.load(arguments.data, arguments.work)
    members, chosen = (pack.members(config["folds"][use]) for use in ("train", "choose"))
    material = training.Material(pack, members, data.load_external(arguments.data, arguments.work),
                                 config["training"])
    masks = torch.from_numpy(data.artefacts(64, config["seed"])).unsqueeze(1) / 255
    inputs, labels = data.inputs(pack.images[chosen], size), pack.labels[chosen]
    trained = torch.load(arguments.work / "best.pt", weights_only=True)["average"]
    done = arguments.work / "compression.json"
    results = json.loads(done.read_text()) if done.exists() else {}
    for name, (make, chooses, *shapes) in METHODS.items():
        if name in results:
            continue
        net = training.build(config)
        net.load_state_dict(trained)
        for number, reshape in enumerate(shapes):
            if number:
                recover(net, material, masks, options["size"], options, config["seed"])
            reshape(net)
        compress(net, make, chooses)
        recover(net, material, masks, options["size"], options, config["seed"])
        results[name] = measured(net, inputs, labels)
        done.write_text(json.dumps(results))
        print(name, {k: round(v, 4) for k, v in results[name].items() if k != "recall"}, flush=True)
    arguments.out.write_text(table(results, options, size))
    arguments.out.with_suffix(".svg").write_text(picture(results))


if __name__ == "__main__":
    main()
