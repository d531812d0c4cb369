"""Checkpoint -> model folder: python build.py --data ../shared/data --work work --out FOLDER

Quantizes the backbone, refits and calibrates the head on its integers, writes both and the
regression vectors. Reads the training and the choosing folds only; `evaluate.py` comes next.
"""
import datetime

import numpy as np
import onnx
import torch

import arguments as cli
import calibrate
import data
import export
import golden
import head as heads
import integer
import metrics
import train as training
import views
from evaluate import write_json


@torch.no_grad()
def float_outputs(net, inputs, batch=64):
    """(activity float32 (N, 256), logits float32 (N, 7)) of the float network."""
    net.eval()
    activity, logits = [], []
    for start in range(0, len(inputs), batch):
        x = torch.from_numpy(inputs[start:start + batch]).float()
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
    arguments, config = cli.parse(cli.parser(__doc__, "../models/qana-3"))
    size, options, folds = config["inputSize"], config["head"], config["folds"]
    torch.set_num_threads(config["threads"])
    generator = torch.Generator().manual_seed(config["seed"] + 1)

    pack = data.load(arguments.data, arguments.work)
    members = pack.members(folds["train"])
    labels = pack.labels[members]
    net = training.build(config)
    state = torch.load(arguments.work / "best.pt", weights_only=True)
    net.load_state_dict(state["average"])
    net.eval()

    # Backbone
    train_inputs = data.inputs(pack.images[members], size)
    shuffled = torch.randperm(len(members), generator=generator).numpy()
    samples = train_inputs[shuffled[:config["quantization"]["calibrationImages"]]].copy()
    quantized = export.quantize(export.float_onnx(net.backbone, size), samples)
    onnx.checker.check_model(quantized)
    content = quantized.SerializeToString(deterministic=True)
    sha = export.sha256(content)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "backbone.onnx").write_bytes(content)
    count = integer.Counter(arguments.out / "backbone.onnx", export.count_scale(quantized))

    # Head: on counts summed over the views, of the plain images and of augmented ones
    some = shuffled[:options["alignmentImages"]]
    activity, _ = float_outputs(net, train_inputs[some])
    scale, offset = heads.align_counts(
        count(train_inputs[some]), activity, export.count_scale(quantized),
        net.centre.running_mean.numpy(), net.centre.running_var.numpy(), net.centre.eps)
    scale = scale / views.COUNT
    variants = [train_inputs] + [augmented(pack.images[members], size, generator)
                                 for _ in range(options["augmentedViews"])]
    train_counts = [views.summed(count, images) for images in variants]
    train_features = [counts * scale + offset for counts in train_counts]
    teacher = np.concatenate([float_outputs(net, images)[1] for images in variants])
    weights, log_prior = training.sampling(labels, config["training"]["samplingPower"])

    chosen = pack.members(folds["choose"])
    chosen_inputs, chosen_labels = data.inputs(pack.images[chosen], size), pack.labels[chosen]
    chosen_counts = views.summed(count, chosen_inputs)
    chosen_features = chosen_counts * scale + offset
    head, steps = heads.refit(
        net.head, np.concatenate(train_features), np.tile(labels, len(variants)), teacher,
        log_prior, weights.repeat(len(variants)), (chosen_features, chosen_labels), options,
        config["seed"])
    prior = np.bincount(labels) / len(labels)
    logits = heads.logits_of(head, chosen_features)
    adjustment, decision = heads.choose_decision(logits, chosen_labels, prior, options)
    temperature = heads.choose_temperature(logits + adjustment, chosen_labels)
    doc = heads.document(config["name"], sha, scale, offset, head, temperature, adjustment)
    p = heads.probabilities(doc, chosen_counts)
    external, _ = data.load_external(arguments.data, arguments.work)
    seen = calibrate.appearance(np.concatenate([train_inputs, data.inputs(external, size)]))
    doc["calibration"] = calibrate.document(
        p, chosen_labels, (train_counts[0], seen),
        (chosen_counts, calibrate.appearance(chosen_inputs)), config["calibration"])

    single = count(chosen_inputs) * (scale * views.COUNT) + offset
    stages = [
        ("float network", float_outputs(net, chosen_inputs)[1]),
        ("integer backbone, the float network's head", heads.logits_of(net.head, single)),
        ("eight views", heads.logits_of(net.head, chosen_features)),
        (f"head refitted ({steps} steps)", logits),
        ("decision chosen", logits + adjustment),
    ]
    stages = [(label, metrics.summary(metrics.softmax(z), chosen_labels)) for label, z in stages]
    for label, figures in stages:
        print(label, {k: round(figures[k], 4) for k in
                      ("accuracy", "balancedAccuracy", "macroF1", "macroAuc", "ece")})

    write_json(arguments.out / "head.json", doc)
    write_json(arguments.out / "golden.json", golden.network_vectors(quantized, doc, size))
    write_json(arguments.out / "transform-vectors.json", golden.transform_vectors(size))
    write_json(arguments.work / "history.json", {
        "networkSha256": sha, "stages": stages, "decision": decision,
        "epochs": state["epoch"] + 1, "trained": datetime.date.today().isoformat()})


if __name__ == "__main__":
    main()
