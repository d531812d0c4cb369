"""Trains the outline's network: python outline_course.py --data ../shared/data --work work

Gradients on folds 1 to 3, watched on fold 4; begins with QANA-4's trunk (`work/qana-4/final.pt`).
Ends by the clock (`outline.seconds` of config.json). Keeps in `work/outline/` what `course.py` keeps:
an interrupted run goes on where it was.
"""
import json
import math
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import arguments as options_of
import data
import outline_data
import outline_network
from augmentation import Augmentation
from course import Average


def view(augmentation, pixels, masks, size):
    """uint8 pixels and masks of one form -> float32 (N, 3, size, size) and (N, 1, size, size):
    mirrored, a third turned by a right angle, all a little more, zoomed, stretched, shifted; the
    whole view is squeezed into a square, as the product squeezes a picture."""
    count, _, height, width = pixels.shape
    a = augmentation
    quarter = (a.uniform(0, 1, count) < 0.35).float()
    angle = quarter * (math.pi / 2) + a.uniform(-0.35, 0.35, count)
    mirror, flip = (a.whole(2, count) * 2.0 - 1 for _ in range(2))
    zoom = torch.exp(a.uniform(math.log(0.6), math.log(1.12), count))
    stretch = torch.exp(a.uniform(-0.12, 0.12, count))
    aspect = width / height
    half_w = torch.where(quarter > 0, torch.ones(()), torch.full((), aspect)) * zoom * stretch
    half_h = torch.where(quarter > 0, torch.full((), aspect), torch.ones(())) * zoom / stretch
    cos, sin = torch.cos(angle), torch.sin(angle)
    shift_x, shift_y = (a.uniform(-1, 1, count) * (1 - zoom).clamp(min=0.1) * 0.8
                        for _ in range(2))
    theta = torch.stack([
        torch.stack([cos * half_w * mirror / aspect, -sin * half_h * flip / aspect, shift_x], 1),
        torch.stack([sin * half_w * mirror, cos * half_h * flip, shift_y], 1)], 1)
    grid = F.affine_grid(theta, (count, 3, size, size), align_corners=False)
    both = torch.cat([pixels, masks], dim=1).float()
    out = F.grid_sample(both, grid, mode="bilinear", padding_mode="reflection",
                        align_corners=False)
    return out[:, :3], out[:, 3:] / 255


def augmented(augmentation, x):
    """What `augmentation.py` does to training images after their geometry."""
    x = augmentation.coloured(augmentation.drawn_on(x))
    x = augmentation.framed(augmentation.reduced(x, share=0.3), share=0.12)
    return x.round().clamp(0, 255)


class Material:
    """Batches of fixed shares of the training folds."""

    def __init__(self, pairs, folds, home):
        self.home, self.parts = home, {}
        for form in outline_data.FORMS:
            chosen = np.flatnonzero(np.isin(pairs.folds[form], folds))
            self.parts[form] = (torch.from_numpy(pairs.pixels[form]),
                                torch.from_numpy(pairs.masks[form]), torch.from_numpy(chosen))

    def batch(self, size, augmentation):
        frames = round(size * self.home)
        views = []
        for form, count in (("frame", frames), ("square", size - frames)):
            pixels, masks, chosen = self.parts[form]
            drawn = chosen[augmentation.whole(len(chosen), count)]
            views.append((pixels[drawn], masks[drawn]))
        return views


def loss_of(logits, target):
    """Cross-entropy a pixel and one minus the soft Jaccard index an image, in equal parts."""
    entropy = F.binary_cross_entropy_with_logits(logits, target)
    p = torch.sigmoid(logits)
    both = (p * target).sum(dim=(1, 2, 3))
    either = (p + target - p * target).sum(dim=(1, 2, 3))
    return entropy + (1 - (both + 1) / (either + 1)).mean()


@torch.no_grad()
def jaccard(net, pairs, form, folds, size, limit=None):
    """Jaccard indices of these folds' pictures at the masks' own size."""
    net.eval()
    chosen, found = np.flatnonzero(np.isin(pairs.folds[form], folds))[:limit], []
    for start in range(0, len(chosen), 64):
        part = chosen[start:start + 64]
        x = torch.from_numpy(pairs.pixels[form][part]).float()
        truth = torch.from_numpy(pairs.masks[form][part]) > 127
        x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True).round()
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(x.clamp(0, 255).contiguous(memory_format=torch.channels_last))
        mask = outline_network.enlarged(logits, *truth.shape[2:]) > 0
        both = (mask & truth).sum(dim=(1, 2, 3)).double()
        either = (mask | truth).sum(dim=(1, 2, 3)).double()
        found.append((both / either.clamp(min=1)).numpy())
    return np.concatenate(found)


def groups(net, options):
    """Parameters that learn, those of the encoder more slowly; no decay on vectors."""
    encoder = {id(p) for p in net.blocks.parameters()}
    found = {}
    for parameter in net.parameters():
        if parameter.requires_grad:
            key = (id(parameter) in encoder, parameter.ndim > 1)
            found.setdefault(key, []).append(parameter)
    return [{"params": members, "lr": 0.0,
             "peak": options["trunkLearningRate" if inner else "learningRate"],
             "weight_decay": options["weightDecay"] if decays else 0.0}
            for (inner, decays), members in found.items()]


def main():
    arguments, config = options_of.parse(options_of.parser(__doc__))
    options, folds = config["outline"], config["folds"]
    folder, size = arguments.work / "outline", options["inputSize"]
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options["seed"])
    pairs = outline_data.load(arguments.data, arguments.work)
    material = Material(pairs, folds["train"], options["home"])
    artefacts = torch.from_numpy(data.artefacts(64, options["seed"])).unsqueeze(1).float() / 255
    net = outline_network.Outline().to(memory_format=torch.channels_last)
    net.begin_as(torch.load(arguments.work / "qana-4" / "final.pt", map_location="cpu",
                            weights_only=True)["average"])
    optimiser = torch.optim.AdamW(groups(net, options), betas=(0.9, 0.99), fused=True)
    average, step, used = Average(net), 0, 0.0
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location="cpu", weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        average.values = state["average"]
        step, used = state["step"], state["used"]

    began = saved = time.time()
    losses, told = [], 0
    while (progress := (used + time.time() - began) / options["seconds"]) < 1:
        seed = options["seed"] * 1_000_003 + step
        augmentation = Augmentation("cpu", seed, artefacts)
        torch.manual_seed(seed)
        net.train()
        views = [view(augmentation, *part, size)
                 for part in material.batch(options["batch"], augmentation)]
        x, target = (torch.cat(parts) for parts in zip(*views))
        x = augmented(augmentation, x).contiguous(memory_format=torch.channels_last)
        scale = min(1.0, (step + 1) / options["warmupSteps"]) \
            * (0.5 + 0.5 * math.cos(math.pi * progress))
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * scale
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(x)
        loss = loss_of(outline_network.enlarged(logits, size, size), target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        average.update(min(options["emaDecay"], (1 + step) / (20 + step)))
        losses.append(loss.item())
        step += 1
        if step % 50 == 0:
            told = time.time()
            entry = {"progress": round(progress, 4), "step": step, "seconds": round(told - began),
                     "loss": round(float(np.mean(losses)), 4)}
            losses = []
            if step % 500 == 0:
                raw = {k: v.clone() for k, v in net.state_dict().items()}
                net.load_state_dict(average.values)
                entry["jaccard"] = round(float(jaccard(net, pairs, "frame", folds["choose"], size,
                                                       400).mean()), 4)
                net.load_state_dict(raw)
            with open(folder / "log.jsonl", "a") as log:
                log.write(json.dumps(entry) + "\n")
            print(json.dumps(entry), flush=True)
        if time.time() - saved > options["saveEverySeconds"]:
            saved = time.time()
            torch.save({"net": net.state_dict(), "optimiser": optimiser.state_dict(),
                        "average": average.values, "step": step,
                        "used": used + saved - began}, checkpoint.with_suffix(".partial"))
            checkpoint.with_suffix(".partial").rename(checkpoint)
    net.load_state_dict(average.values)
    final = {"average": average.values, "step": step, "drawn": step * options["batch"]}
    torch.save(final, folder / "final.partial")
    (folder / "final.partial").rename(folder / "final.pt")
    for form in outline_data.FORMS:
        found = jaccard(net, pairs, form, folds["choose"], size)
        print(form, len(found), round(float(found.mean()), 4), flush=True)


if __name__ == "__main__":
    main()
