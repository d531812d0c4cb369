"""Counts -> model folder: python build.py NAME --data ../shared/data --work work --out FOLDER

From the backbone and the counts of `quantize.py`: the head with its decision, its calibration, the
regression vectors. Reads the folds that the network was trained on and the choosing fold, of every
source; `evaluate.py` comes next.
"""
import datetime
import shutil

import numpy as np
import onnx
import torch

import arguments as cli
import calibrate
import export
import golden
import head as heads
import metrics
import quantize
import sources
from documents import write_json


@torch.no_grad()
def activity_of(net, inputs, batch=64) -> np.ndarray:
    """float32 (N, 256): the float network's mean spike activity."""
    return torch.cat([
        net.backbone(torch.from_numpy(inputs[at:at + batch]).float()
                     .contiguous(memory_format=torch.channels_last))
        for at in range(0, len(inputs), batch)]).numpy()


def main():
    options = cli.parser(__doc__, "../models/qana-4")
    options.add_argument("name")
    arguments, config = cli.parse(options)
    course = config["course"]
    spec = course["options"] | course["networks"][arguments.name]
    size, views, folder = spec["inputSize"], spec["views"], arguments.work / arguments.name
    chance = np.random.default_rng(spec["seed"])

    pack = sources.load(arguments.data, arguments.work)
    table = pack.table
    shown = quantize.inputs(pack, size, arguments.work / f"inputs-{size}.npy")
    each = np.load(folder / "counts.npy", mmap_mode="r")
    counts = each[:, :views].astype(np.int64).sum(axis=1)
    content = (folder / "backbone.onnx").read_bytes()
    sha, quantized = export.sha256(content), onnx.load_from_string(content)
    arguments.out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "backbone.onnx", arguments.out / "backbone.onnx")

    # Head: the trained one, on counts instead of activity
    trained = table.members(spec["folds"])
    some = np.sort(chance.choice(trained, config["head"]["alignmentImages"], replace=False))
    net = quantize.network(folder, spec)
    scale, offset = heads.align_counts(
        each[some, 0].astype(np.int64), activity_of(net, shown[some]),
        export.count_scale(quantized), net.centre.running_mean.numpy(),
        net.centre.running_var.numpy(), net.centre.eps)
    scale = scale / views
    logits = heads.logits_of(net.head, counts * scale + offset)

    # Decision and calibration: at home, where what is likely is known; sets and familiarity with
    # all sources, since a clinic's camera may be any.
    chosen = table.members(config["folds"]["choose"])
    home, own = table.at_home(config["folds"]["choose"]), table.at_home(spec["folds"])
    prior = np.bincount(table.label[own], minlength=len(sources.CLASSES)) / len(own)
    adjustment, decision = heads.choose_decision(logits[home], table.label[home], prior,
                                                 config["head"])
    temperature = heads.choose_temperature(logits[home] + adjustment, table.label[home])
    doc = heads.document(arguments.name, sha, views, scale, offset, net.head, temperature,
                         adjustment)
    p = heads.probabilities(doc, counts[chosen])
    at_home = np.isin(chosen, home)
    doc["calibration"] = calibrate.document(
        p, table.label[chosen], at_home,
        (counts[trained], calibrate.appearance(shown[trained])),
        (counts[chosen], calibrate.appearance(shown[chosen])), config["calibration"])

    stages = [
        ("one view", heads.logits_of(net.head, each[home, 0] * (scale * views) + offset)),
        (f"{views} views", logits[home]),
        ("decision chosen", logits[home] + adjustment),
    ]
    stages = [(label, metrics.summary(metrics.softmax(z), table.label[home]))
              for label, z in stages]
    for label, figures in stages:
        print(label, {k: round(figures[k], 4) for k in
                      ("accuracy", "balancedAccuracy", "macroF1", "macroAuc", "ece")})
    write_json(arguments.out / "head.json", doc)
    write_json(arguments.out / "golden.json", golden.network_vectors(quantized, doc, size))
    write_json(arguments.out / "transform-vectors.json", golden.transform_vectors(size))
    write_json(folder / "history.json", {
        "networkSha256": sha, "stages": stages, "decision": decision,
        "drawn": torch.load(folder / "final.pt", weights_only=True).get("drawn"),
        "trained": datetime.date.today().isoformat()})


if __name__ == "__main__":
    main()
