"""Trains a network of `config.json`: python course.py NAME --data ../shared/data --work work

On a GPU where there is one (bf16, channels-last), else on the processor. Progress is counted in
images drawn, or with --seconds by the clock, so that a machine that is lent for a while gives the
best that fits. Keeps in `work/NAME/`: `checkpoint.pt` (everything needed to resume, written every
few minutes), `final.pt` (the averaged weights) and `log.jsonl`.
"""
import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import backbones
import data
import metrics
import sources
from augmentation import Augmentation

CONFIG = Path(__file__).with_name("config.json")


class Share:
    """One source's part of every batch: class c is drawn in proportion to n_c^(1 - power); its
    logits are adjusted by the prior that results (Menon et al., 2021), so that what a source
    shows most often teaches nothing of what an image is."""

    def __init__(self, labels, members, classes, power, device):
        self.members = torch.from_numpy(members).to(device)
        counts = np.bincount(labels, minlength=classes).astype(np.float64)
        prior = np.where(counts > 0, np.maximum(counts, 1) ** (1 - power), 0)
        prior /= prior.sum()
        weights = (prior / np.maximum(counts, 1))[labels]
        self.weights = torch.from_numpy(weights).float().to(device)
        self.log_prior = torch.from_numpy(np.log(np.maximum(prior, 1e-4))).float().to(device)

    def draw(self, count, generator):
        chosen = torch.multinomial(self.weights, count, True, generator=generator)
        return self.members[chosen]


class Material:
    """The images of some folds, sources and classes on a device, drawn in batches of fixed shares."""

    def __init__(self, pack, folds, options, device):
        self.device, self.pixels = device, {}
        table = pack.table
        self.codes = options["classes"]
        order = np.array([self.codes.index(c) if c in self.codes else -1
                          for c in sources.CLASSES])
        self.labels = torch.from_numpy(order[table.label]).to(device)
        self.place = torch.from_numpy(table.place).to(device)
        forms = list(sources.FORMS)
        self.form = torch.from_numpy(np.array([forms.index(f) for f in table.form])).to(device)
        for index, form in enumerate(forms):
            images = torch.from_numpy(pack.pixels[form][:])
            self.pixels[index] = images.to(device).permute(0, 3, 1, 2)
        self.shares = {}
        for name in options["sources"]:
            members = table.members(folds, [name], self.codes)
            self.shares[name] = Share(order[table.label[members]], members, len(self.codes),
                                      options["samplingPower"], device)
        self.count = sum(len(s.members) for s in self.shares.values())

    def batch(self, size, home, generator):
        """(pixels by form, labels, log priors) of `size` images, the share `home` of them from the
        first source, the others in proportion to the roots of their numbers."""
        names = list(self.shares)
        rest = np.array([math.sqrt(len(self.shares[n].members)) for n in names[1:]])
        counts = np.round((1 - home) * size * rest / rest.sum()).astype(int) if len(rest) else []
        counts = [size - int(np.sum(counts)), *counts]
        drawn = torch.cat([self.shares[n].draw(c, generator) for n, c in zip(names, counts)])
        priors = torch.cat([self.shares[n].log_prior.expand(c, -1)
                            for n, c in zip(names, counts)])
        order = torch.argsort(self.form[drawn], stable=True)
        drawn, priors = drawn[order], priors[order]
        sizes = torch.bincount(self.form[drawn], minlength=len(self.pixels)).tolist()
        parts = [self.pixels[f][self.place[d]] for f, d in enumerate(drawn.split(sizes))]
        return parts, self.labels[drawn], priors


def stage_of(progress, stages):
    """The stage of this share (0..1) of the training; each gives `until`, `size`, `home`."""
    return next(s for s in stages if progress < s["until"] or s is stages[-1])


class MixedStatistics:
    """MixStyle (Zhou et al., 2021), a forward hook: this share of the images gets, channel by
    channel, mean and spread between their own and another image's, as if seen by a camera between
    the two."""

    def __init__(self, share):
        self.share = share

    def __call__(self, module, _, x):
        if not module.training or not self.share:
            return x
        mean = x.mean(dim=(2, 3), keepdim=True)
        spread = (x.float().var(dim=(2, 3), keepdim=True) + 1e-5).sqrt().to(x.dtype)
        mean, spread = mean.detach(), spread.detach()
        drawn = torch.rand(2, len(x), 1, 1, 1, device=x.device)
        theirs = torch.where(drawn[0] < self.share, drawn[1], 0.0).to(x.dtype)
        other = torch.randperm(len(x), device=x.device)
        return ((x - mean) / spread) * spread.lerp(spread[other], theirs) \
            + mean.lerp(mean[other], theirs)


def parameter_groups(net, options):
    """Trunk and new layers apart; no weight decay on biases and normalisation."""
    trunk = {id(p) for p in net.backbone.stem.parameters()}
    for block in net.backbone.blocks:
        if isinstance(block, backbones.network.InvertedResidual):
            trunk |= {id(p) for p in block.parameters()}
    groups = {}
    for parameter in net.parameters():
        key = (id(parameter) in trunk, parameter.ndim > 1)
        groups.setdefault(key, []).append(parameter)
    return [{"params": members, "lr": 0.0,
             "peak": options["trunkLearningRate" if in_trunk else "learningRate"],
             "weight_decay": options["weightDecay"] if decays else 0.0}
            for (in_trunk, decays), members in groups.items()]


class Average:
    """Exponential moving average of weights and of normalisation statistics."""

    def __init__(self, net):
        self.theirs = net.state_dict()              # shares the network's memory
        self.values = {name: value.clone() for name, value in self.theirs.items()}
        self.floats = [n for n, v in self.values.items() if v.dtype.is_floating_point]

    @torch.no_grad()
    def update(self, decay):
        torch._foreach_lerp_([self.values[n] for n in self.floats],
                             [self.theirs[n] for n in self.floats], 1 - decay)


def mixed(x, targets, priors, options, choices):
    """Mixup (Zhang et al., 2018) of a share of the batches, half of the rest of that share by
    boxes (CutMix, Yun et al., 2019)."""
    drawn = choices.random()
    if drawn >= options["mixupShare"] + options["cutmixShare"]:
        return x, targets, priors
    other = torch.randperm(len(x), device=x.device)
    if drawn < options["mixupShare"]:
        share = choices.betavariate(options["mixupAlpha"], options["mixupAlpha"])
        x = x.lerp(x[other], 1 - share)
    else:
        size, share = x.shape[-1], choices.betavariate(1, 1)
        side = size * math.sqrt(1 - share)
        top, left = (choices.random() * size for _ in range(2))
        rows = slice(max(0, round(top - side / 2)), min(size, round(top + side / 2)))
        columns = slice(max(0, round(left - side / 2)), min(size, round(left + side / 2)))
        x = x.clone()
        x[:, :, rows, columns] = x[other][:, :, rows, columns]
        share = 1 - (rows.stop - rows.start) * (columns.stop - columns.start) / size ** 2
    return (x, targets.lerp(targets[other], 1 - share), priors.lerp(priors[other], 1 - share))


@torch.no_grad()
def watch(net, pack, folds, options, size, device):
    """Figures by source on these folds: one view, the centred square."""
    net.eval()
    figures, table = {}, pack.table
    codes = options["classes"]
    for name in sources.SOURCES:
        members = table.members(folds, [name], codes)
        logits, labels = [], []
        for form in sources.FORMS:
            own = members[table.form[members] == form]
            labels.append(table.label[own])
            for start in range(0, len(own), 256):
                x = torch.from_numpy(pack.pixels[form][table.place[own[start:start + 256]]])
                x = x.to(device).permute(0, 3, 1, 2).float()
                side = min(x.shape[2:])
                top, left = ((n - side) // 2 for n in x.shape[2:])
                x = F.interpolate(x[:, :, top:top + side, left:left + side], size=(size, size),
                                  mode="bilinear", antialias=True)
                with torch.autocast(device.type, torch.bfloat16):
                    x = x.round().clamp(0, 255).contiguous(memory_format=torch.channels_last)
                    logits.append(net(x).float().cpu().numpy())
        p, labels = metrics.softmax(np.concatenate(logits)), np.concatenate(labels)
        labels = np.array([codes.index(sources.CLASSES[c]) for c in labels])
        chosen, present = p.argmax(1), sorted(set(labels))
        recall = [float((chosen[labels == c] == c).mean()) for c in present]
        loss = np.mean([-np.log(np.maximum(p[labels == c, c], 1e-9)).mean() for c in present])
        melanoma = codes.index("mel")
        figures[name] = {"balanced": round(float(np.mean(recall)), 4),
                         "accuracy": round(float((chosen == labels).mean()), 4),
                         "balancedLogLoss": round(float(loss), 4),
                         "melanomaAuroc": round(metrics.auroc(p[:, melanoma],
                                                              labels == melanoma), 4)}
    return figures


def teacher_of(spec, options, work, device):
    net = backbones.build("teacher", len(options["classes"]), 0.0, 0.0)
    state = torch.load(Path(work) / spec["teacher"] / "final.pt", map_location="cpu",
                       weights_only=True)
    net.load_state_dict(state["average"])
    return net.to(device).eval().requires_grad_(False)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--seconds", type=float, help="finish after so long, whatever was drawn")
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text())["course"]
    spec = config["networks"][arguments.name]
    options = config["options"] | config["architectures"][spec["architecture"]] | spec
    run(arguments.name, arguments.data, arguments.work, spec, options, arguments.seconds)


def run(name, data_folder, work, spec, options, seconds=None):
    folder = Path(work) / name
    folder.mkdir(parents=True, exist_ok=True)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(options["seed"])
    pack = sources.load(data_folder, work)
    material = Material(pack, spec["folds"], options, device)
    artefacts = torch.from_numpy(data.artefacts(options["artefacts"], options["seed"]))
    artefacts = artefacts.unsqueeze(1).float().to(device) / 255

    net = backbones.build(spec["architecture"], len(options["classes"]), options["dropout"],
                          options["dropPath"]).to(device)
    net.backbone.blocks[2].register_forward_hook(MixedStatistics(options["mixedStatistics"]))
    run_net = torch.compile(net, dynamic=False) if options["compile"] else net
    optimiser = torch.optim.AdamW(parameter_groups(net, options), betas=(0.9, 0.99), fused=True)
    average = Average(net)
    teacher = teacher_of(spec, options, work, device) if "teacher" in spec else None
    step, drawn, used = 0, 0, 0.0
    checkpoint = folder / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        net.load_state_dict(state["net"])
        optimiser.load_state_dict(state["optimiser"])
        average.values = state["average"]
        step, drawn, used = state["step"], state["drawn"], state["used"]

    began, losses, milestone = time.time(), [], 0
    batch, milestones = options["batch"], options["milestones"]
    started = saved = began
    while True:
        if seconds:
            progress = (used + time.time() - began) / seconds
        else:
            progress = drawn / options["draws"]
        if progress >= milestones[milestone]:
            milestone += 1
            entry = {"progress": round(progress, 3), "drawn": drawn, "step": step,
                     "seconds": round(time.time() - began, 1),
                     "perSecond": round(batch * len(losses) / max(time.time() - started, 1e-9)),
                     "loss": round(float(torch.stack(losses).mean()), 4) if losses else None}
            losses = []
            if progress > 0.15:
                raw = {k: v.clone() for k, v in net.state_dict().items()}
                net.load_state_dict(average.values)
                entry |= watch(net, pack, [4], options, options["inputSize"], device)
                net.load_state_dict(raw)
            with open(folder / "log.jsonl", "a") as log:
                log.write(json.dumps(entry) + "\n")
            print(name, json.dumps(entry), flush=True)
            started = time.time()
        if progress >= 1:
            break
        stage = stage_of(progress, options["stages"])
        seed = options["seed"] * 1_000_003 + step
        augmentation = Augmentation(device, seed, artefacts)
        torch.manual_seed(seed)
        net.train()
        parts, labels, priors = material.batch(batch, stage["home"], augmentation.generator)
        x = augmentation(parts, stage["size"])
        targets = F.one_hot(labels, len(options["classes"])).float()
        x, targets, priors = mixed(x, targets, priors, options, augmentation.choices)
        scale = min(1.0, (step + 1) / options["warmupSteps"]) \
            * (0.5 + 0.5 * math.cos(math.pi * progress))
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * scale
        with torch.autocast(device.type, torch.bfloat16):
            x = x.contiguous(memory_format=torch.channels_last)
            logits = run_net(x)
            if teacher is not None:
                with torch.no_grad():
                    taught = teacher(x).float()
        logits = logits.float()
        loss = F.cross_entropy(logits + priors, targets,
                               label_smoothing=options["labelSmoothing"])
        if teacher is not None:
            heat, weight = options["temperature"], options["distillation"]
            lesson = F.kl_div(F.log_softmax((logits + priors) / heat, 1),
                              F.log_softmax((taught + priors) / heat, 1),
                              reduction="batchmean", log_target=True) * heat ** 2
            loss = (1 - weight) * loss + weight * lesson
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        # A short memory at first, so that early averages forget the untrained weights.
        average.update(min(options["emaDecay"], (1 + step) / (20 + step)))
        losses.append(loss.detach())
        step, drawn = step + 1, drawn + batch
        if time.time() - saved > options["saveEverySeconds"]:
            saved = time.time()
            state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(),
                     "average": average.values, "step": step, "drawn": drawn,
                     "used": used + time.time() - began}
            torch.save(state, checkpoint.with_suffix(".partial"))
            checkpoint.with_suffix(".partial").rename(checkpoint)
    torch.save({"average": {k: v.cpu() for k, v in average.values.items()}, "drawn": drawn},
               folder / "final.partial")
    (folder / "final.partial").rename(folder / "final.pt")
    print(name, "done", round(time.time() - began, 1), flush=True)


if __name__ == "__main__":
    main()
