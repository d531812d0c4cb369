"""What each part is worth: python ablate.py --data ../shared/data --work work --out ../docs/ablations.md

Trains every variant of `variants.py` at the reduced budget of `config.json` ("ablation"), with each
of its seeds, and, with a teacher trained first, what its lessons add; measures the float networks on
the choosing fold, and in integers those quantized after and while training. Then the head is
refitted on the shipped integers with and without its parts. The report fold is not read. What is
trained already is not trained again when the command is repeated.
"""
import json
import re
from pathlib import Path

import numpy as np
import onnx
import torch

import arguments as cli
import data
import export
import head as heads
import integer
import metrics
import refit
import train as training
from build import float_outputs
from variants import VARIANTS

FIGURES = [("balancedLogLoss", "log loss, balanced"), ("macroAuc", "AUROC"),
           ("balancedAccuracy", "balanced accuracy"), ("accuracy", "accuracy")]


def reduced(config: dict, variant: str, seed: int, epochs: int) -> dict:
    """The configuration of one run."""
    budget = config["ablation"]
    options = config["training"] | {
        "phases": [{"size": budget["size"], "epochs": epochs}],
        "evaluateEvery": epochs,
        "emaDecay": budget["emaDecay"]}
    return config | {"inputSize": budget["size"], "seed": seed, "variant": variant,
                     "training": options}


def runs(config: dict, work: Path, seed: int) -> dict:
    """All configurations of one seed, by name: those of `variants.py`, and those with a teacher."""
    budget = config["ablation"]
    chosen = {name: reduced(config, name, seed, budget["epochs"]) for name in VARIANTS}
    plain = chosen["as shipped"]
    for name, potentials in [("with a teacher's logits", 0.0),
                             ("with its logits and membrane potentials",
                              budget["distillation"]["potentials"])]:
        lesson = budget["distillation"] | {"potentials": potentials,
                                           "teacher": str(work / "teacher" / "best.pt")}
        chosen[name] = plain | {"training": plain["training"] | {"distillation": lesson}}
    return chosen


def run(arguments, folder: Path, config: dict) -> dict:
    """Trains it unless it is there already; the last line of its log."""
    if outcome(folder) is None:
        training.run(arguments.data, folder, config, pixels=arguments.work)
    return outcome(folder)


def outcome(work: Path) -> dict | None:
    """The last line of a finished run's log."""
    log = work / "log.jsonl"
    if not log.exists():
        return None
    last = json.loads(log.read_text().splitlines()[-1])
    return last if "macroAuc" in last else None


def quantized(arguments, config: dict) -> dict:
    """What quantization after the training costs, and what the refitted head gives back: figures of
    one view on the choosing fold, for the shipped network at its own size."""
    folder = Path(__file__).resolve().parent.parent / "models" / config["name"]
    shipped = json.loads((folder / "head.json").read_text())
    torch.set_num_threads(config["threads"])
    net = training.build(config)
    net.load_state_dict(torch.load(arguments.work / "best.pt", weights_only=True)["average"])
    pack, size, options = data.load(arguments.data, arguments.work), config["inputSize"], config["head"]
    members, chosen = (pack.members(config["folds"][use]) for use in ("train", "choose"))
    inputs, chosen_inputs = (data.inputs(pack.images[each], size) for each in (members, chosen))
    labels, chosen_labels = pack.labels[members], pack.labels[chosen]

    file = folder / "backbone.onnx"
    count = integer.Counter(file, export.count_scale(onnx.load(file)))
    scale, offset = (np.array(shipped[name]) for name in ("featureScale", "featureOffset"))
    features, held_out = (count(each) * (scale * shipped["views"]) + offset
                          for each in (inputs, chosen_inputs))
    teacher = float_outputs(net, inputs)[1]
    weights, log_prior = training.sampling(labels, config["training"]["samplingPower"])
    rows = {"float network": float_outputs(net, chosen_inputs)[1],
            "quantized, the float network's head": heads.logits_of(net.head, held_out)}
    for label, share in [("quantized, head refitted on labels alone", 0.0),
                         ("quantized, head refitted with the float network's answers",
                          options["distillation"])]:
        head, _ = refit.refit(net.head, features, labels, teacher, log_prior, weights,
                              (held_out, chosen_labels), options | {"distillation": share},
                              config["seed"])
        rows[label] = heads.logits_of(head, held_out)
    return {label: metrics.summary(metrics.softmax(z), chosen_labels)
            | {"balancedLogLoss": heads.balanced_log_loss(z, chosen_labels)}
            for label, z in rows.items()}


def quantized_table(rows: dict, size: int) -> str:
    lines = ["", "## Quantization after training, and the head", "",
             f"The shipped network at {size} px, on fold 4 with one view and no decision rule. It is "
             "quantized after",
             "the training, and the head then refitted on its integers.", "", *HEADING]
    lines += [f"| {label} | " + " | ".join(f"{row[name]:.3f}" for name, _ in FIGURES) + " |"
              for label, row in rows.items()]
    return "\n".join(lines) + "\n"


# Quantized after the training, and while it lasted.
BEFORE_AND_AFTER = ("as shipped", "quantized while training")


def in_integers(arguments, folder: Path, config: dict) -> dict:
    """Figures of a run's network on the choosing fold after quantizeml, with the head as trained."""
    done = folder / "integers.json"
    if done.exists():
        return json.loads(done.read_text())
    torch.set_num_threads(config["threads"])
    net = training.build(config)
    net.load_state_dict(torch.load(folder / "best.pt", weights_only=True)["average"])
    net.eval()
    pack, size = data.load(arguments.data, arguments.work), config["inputSize"]
    members, chosen = (pack.members(config["folds"][use]) for use in ("train", "choose"))
    some = np.sort(np.random.default_rng(config["seed"]).permutation(members)[
        :config["quantization"]["calibrationImages"]])
    quantized = export.quantize(export.float_onnx(net.backbone, size),
                                data.inputs(pack.images[some], size))
    file = folder / "backbone.onnx"
    file.write_bytes(quantized.SerializeToString())
    scale = export.count_scale(quantized)
    counts = integer.Counter(file, scale)(data.inputs(pack.images[chosen], size))
    with torch.no_grad():
        logits = net.head(net.centre(torch.from_numpy(counts * scale).float())).numpy()
    labels = pack.labels[chosen]
    figures = metrics.summary(metrics.softmax(logits), labels) | {
        "balancedLogLoss": heads.balanced_log_loss(logits, labels)}
    done.write_text(json.dumps(figures))
    return figures


def cells(runs: list) -> str:
    """Mean, and lowest to highest, of every figure."""
    columns = ([run[name] for run in runs] for name, _ in FIGURES)
    return " | ".join(f"{np.mean(column):.3f} ({min(column):.3f} to {max(column):.3f})"
                      for column in columns)


HEADING = ["| | " + " | ".join(label for _, label in FIGURES) + " |", "|---|" + "---|" * len(FIGURES)]


def teacher_text(teacher: dict, budget: dict) -> str:
    return (f"\nThe teacher is EfficientNet-Lite0 whole, {budget['teacherEpochs']} epochs at "
            f"{budget['size']} px: log loss {teacher['balancedLogLoss']:.3f},\nAUROC "
            f"{teacher['macroAuc']:.3f}, balanced accuracy {teacher['balancedAccuracy']:.3f}.\n")


def integer_table(results: dict, budget: dict) -> str:
    lines = ["", "## Quantization while training", "",
             f"The same budget ({budget['size']} px, {budget['epochs']} epochs), measured on the integers "
             "of the quantized file", "with the head as it was trained.", "", *HEADING]
    lines += [f"| {'quantized after training' if name == BEFORE_AND_AFTER[0] else name} | {cells(rows)} |"
              for name, rows in results.items()]
    return "\n".join(lines) + "\n"


def table(results: dict, budget: dict) -> str:
    rows = ["# Ablations", "",
            "Each row is the network with one part left out or made otherwise, trained at one reduced",
            f"budget: {budget['size']} px, {budget['epochs']} epochs, "
            f"seeds {', '.join(str(seed) for seed in budget['seeds'])}; everything else as in",
            "`training/config.json`. Measured on fold 4 with one view and without a decision rule, in",
            "float arithmetic: mean, and in brackets the lowest and the highest seed. Less log loss is",
            "better, more of the others. Made by `training/ablate.py`.", "", *HEADING]
    rows += [f"| {name} | {cells(seeds)} |" for name, seeds in results.items()]
    return "\n".join(rows) + "\n"


def main():
    arguments, config = cli.parse(cli.parser(__doc__, "../docs/ablations.md"))
    budget, work = config["ablation"], arguments.work / "ablations"
    teacher = run(arguments, work / "teacher",
                  reduced(config, "teacher", config["seed"], budget["teacherEpochs"]))
    results, integers = {}, {}
    for seed in budget["seeds"]:
        for name, each in runs(config, work, seed).items():
            folder = work / f"{re.sub('[^A-Za-z-]+', '-', name)}-{seed}"
            results.setdefault(name, []).append(run(arguments, folder, each))
            if name in BEFORE_AND_AFTER:
                integers.setdefault(name, []).append(in_integers(arguments, folder, each))
    arguments.out.write_text(
        table(results, budget) + teacher_text(teacher, budget) + integer_table(integers, budget)
        + quantized_table(quantized(arguments, config), config["inputSize"]))


if __name__ == "__main__":
    main()
