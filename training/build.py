"""Checkpoint -> models/qana-1: python build.py --data ../shared/data --work work --out ../models/qana-1

Quantizes the backbone, refits and calibrates the head on its integers, measures, writes every
file of the model folder. `--provisional` measures on the choosing fold and leaves the report fold
unread.
"""
import argparse
import collections
import datetime
import json
from pathlib import Path

import numpy as np
import onnx
import torch

import card as cards
import data
import export
import golden
import head as heads
import integer
import metrics
import train as training


def write_json(path: Path, value):
    """Objects indented, rows of numbers on one line each."""
    def text(v, depth):
        inner = "  " * (depth + 1)
        if isinstance(v, dict):
            items = [f"{inner}{json.dumps(k)}: {text(x, depth + 1)}" for k, x in v.items()]
            return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"
        if isinstance(v, list) and any(isinstance(x, (list, dict)) for x in v):
            return "[\n" + ",\n".join(inner + text(x, depth + 1) for x in v) \
                + "\n" + "  " * depth + "]"
        return json.dumps(v, ensure_ascii=False)
    path.write_text(text(value, 0) + "\n", encoding="utf-8")


@torch.no_grad()
def float_outputs(net, inputs, batch=128):
    """(activity float32 (N, 256), logits float32 (N, 7)) of the float network."""
    net.eval()
    activity, logits = [], []
    for start in range(0, len(inputs), batch):
        x = torch.from_numpy(inputs[start:start + batch]).float()
        with torch.autocast("cpu", torch.bfloat16):
            spikes = net.backbone(x.contiguous(memory_format=torch.channels_last))
        activity.append(spikes)
        logits.append(net.head(net.centre(spikes)))
    return torch.cat(activity).numpy(), torch.cat(logits).numpy()


def augmented(images, size, generator, batch=256):
    """uint8 (N, 3, size, size): one random view of each image."""
    return np.concatenate([
        data.augment(images[i:i + batch], size, generator).numpy().astype(np.uint8)
        for i in range(0, len(images), batch)])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, default=Path("../models/qana-1"))
    parser.add_argument("--views", type=int, help="augmented views an image for the head")
    parser.add_argument("--provisional", action="store_true")
    arguments = parser.parse_args()
    config = json.loads(training.CONFIG.read_text())
    size, options, folds = config["inputSize"], config["head"], config["folds"]
    torch.set_num_threads(config["threads"])
    generator = torch.Generator().manual_seed(config["seed"] + 1)

    pack = data.load(arguments.data, arguments.work)
    members = pack.members(folds["train"])
    labels = pack.labels[members]
    net = training.build(config)
    state = torch.load(arguments.work / "checkpoint.pt", weights_only=True)
    net.load_state_dict(state["average"])
    net.eval()

    # Backbone
    train_inputs = data.inputs(pack.images[members], size)
    shuffled = torch.randperm(len(members), generator=generator).numpy()
    samples = train_inputs[shuffled[:config["quantization"]["calibrationImages"]]].copy()
    quantized = export.quantize(export.float_onnx(net.backbone, size), samples)
    content = quantized.SerializeToString(deterministic=True)
    sha = export.sha256(content)
    count = integer.Counter(quantized, config["threads"])

    # Head: the plain view and some augmented ones
    views = [train_inputs] + [augmented(pack.images[members], size, generator)
                              for _ in range(arguments.views or options["views"])]
    counts = np.concatenate([count(view) for view in views])
    activity, teacher = (np.concatenate(parts)
                         for parts in zip(*[float_outputs(net, view) for view in views]))
    scale, offset = heads.align_counts(
        counts, activity, export.count_scale(quantized), net.centre.running_mean.numpy(),
        net.centre.running_var.numpy(), net.centre.eps)
    weights, log_prior = training.sampling(labels, config["training"]["samplingPower"])

    chosen = pack.members(folds["choose"])
    chosen_inputs, chosen_labels = data.inputs(pack.images[chosen], size), pack.labels[chosen]
    chosen_counts = count(chosen_inputs)
    chosen_features = chosen_counts * scale + offset
    head, steps = heads.refit(
        net.head, counts * scale + offset, np.tile(labels, len(views)), teacher, log_prior,
        weights.repeat(len(views)), (chosen_features, chosen_labels), options, config["seed"])
    prior = np.bincount(labels) / len(labels)
    logits = heads.logits_of(head, chosen_features)
    adjustment, decision = heads.choose_decision(logits, chosen_labels, prior, options)
    temperature = heads.choose_temperature(logits + adjustment, chosen_labels)
    doc = heads.document(config["name"], sha, scale, offset, head, temperature, adjustment)

    stages = [
        ("float network", float_outputs(net, chosen_inputs)[1]),
        ("integer backbone, the float network's head", heads.logits_of(net.head, chosen_features)),
        (f"head refitted ({steps} steps)", logits),
        ("decision chosen", logits + adjustment),
    ]
    stages = [(label, metrics.summary(metrics.softmax(z), chosen_labels)) for label, z in stages]

    # Figures
    reported = chosen if arguments.provisional else pack.members(folds["report"])
    inputs = chosen_inputs if arguments.provisional else data.inputs(pack.images[reported], size)
    reported_counts = chosen_counts if arguments.provisional else count(inputs)
    p = heads.probabilities(doc, reported_counts)
    figures = metrics.summary(p, pack.labels[reported], rounded=True)
    confusion = metrics.confusion_matrix(p, pack.labels[reported]).tolist()
    zeros = integer.sparsity(quantized, chosen_inputs[:100], config["threads"])
    exact, largest = integer.exact(quantized, chosen_inputs[:200])
    card = cards.card(config["name"], sha, config, export.cost(quantized, size), figures,
                      confusion, round(zeros["all"], 4), datetime.date.today().isoformat(),
                      arguments.provisional)
    operators = collections.Counter(node.op_type for node in quantized.graph.node)
    facts = {
        "stages": stages, "operators": operators, "bytes": len(content),
        "lastNode": quantized.graph.node[-2].op_type, "sparsityAfterRelu": zeros["afterRelu"],
        "exactDifferences": int((exact != chosen_counts[:200]).sum()),
        "exactCompared": int(exact.size), "largestAccumulator": int(largest),
        "decision": decision, "temperature": temperature,
    }

    arguments.out.mkdir(parents=True, exist_ok=True)
    onnx.checker.check_model(quantized)
    (arguments.out / "backbone.onnx").write_bytes(content)
    write_json(arguments.out / "head.json", doc)
    write_json(arguments.out / "card.json", card)
    write_json(arguments.out / "golden.json", golden.network_vectors(quantized, doc, size))
    write_json(arguments.out / "transform-vectors.json", golden.transform_vectors(size))
    (arguments.out / "README.md").write_text(cards.readme(card, facts), encoding="utf-8")
    print(json.dumps({"epoch": state["epoch"], "figures": figures, "stages": stages}, indent=1))


if __name__ == "__main__":
    main()
