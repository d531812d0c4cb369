"""What each part is worth: python ablate.py --data ../shared/data --work work --out ../docs/ablations.md

Trains every variant of `variants.py` at the reduced budget of `config.json` ("ablation"), with each
of its seeds, and measures the float network on the choosing fold. Then the head is refitted on the
shipped integers with and without its parts. The report fold is not read. A variant that is done is
not trained again when the command is repeated.
"""
import json
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
import train as training
from build import float_outputs
from variants import VARIANTS

FIGURES = [("balancedLogLoss", "log loss, balanced"), ("macroAuc", "AUROC"),
           ("balancedAccuracy", "balanced accuracy"), ("accuracy", "accuracy")]


def reduced(config: dict, variant: str, seed: int) -> dict:
    """The configuration of one run."""
    budget = config["ablation"]
    options = config["training"] | {
        "phases": [{"size": budget["size"], "epochs": budget["epochs"]}],
        "scheduleEpochs": budget["epochs"], "evaluateEvery": budget["epochs"],
        "emaDecay": budget["emaDecay"]}
    return config | {"inputSize": budget["size"], "seed": seed, "variant": variant,
                     "training": options}


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
        head, _ = heads.refit(net.head, features, labels, teacher, log_prior, weights,
                              (held_out, chosen_labels), options | {"distillation": share},
                              config["seed"])
        rows[label] = heads.logits_of(head, held_out)
    return {label: metrics.summary(metrics.softmax(z), chosen_labels)
            | {"balancedLogLoss": heads.balanced_log_loss(z, chosen_labels)}
            for label, z in rows.items()}


def quantized_table(rows: dict, size: int) -> str:
    lines = ["", "## Quantization", "",
             f"The shipped network at {size} px, on fold 4 with one view and no decision rule. It is "
             "quantized after",
             "the training, and the head then refitted on its integers. Quantizing while training was "
             "not tried:",
             "the first two rows leave it nothing to win.", "",
             "| | " + " | ".join(label for _, label in FIGURES) + " |",
             "|---|" + "---|" * len(FIGURES)]
    lines += [f"| {label} | " + " | ".join(f"{row[name]:.3f}" for name, _ in FIGURES) + " |"
              for label, row in rows.items()]
    return "\n".join(lines) + "\n"


def table(results: dict, budget: dict) -> str:
    rows = ["# Ablations", "",
            "Each row is the network with one part left out or made otherwise, trained at one reduced",
            f"budget: {budget['size']} px, {budget['epochs']} epochs, "
            f"seeds {', '.join(str(seed) for seed in budget['seeds'])}; everything else as in",
            "`training/config.json`. Measured on fold 4 with one view and without a decision rule, in",
            "float arithmetic: mean, and in brackets the lowest and the highest seed. Less log loss is",
            "better, more of the others. Made by `training/ablate.py`.", "",
            "| variant | " + " | ".join(label for _, label in FIGURES) + " |",
            "|---|" + "---|" * len(FIGURES)]
    for variant, runs in results.items():
        cells = []
        for name, _ in FIGURES:
            values = [run[name] for run in runs]
            cells.append(f"{np.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})")
        rows.append(f"| {variant} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def main():
    arguments, config = cli.parse(cli.parser(__doc__, "../docs/ablations.md"))
    results = {}
    for seed in config["ablation"]["seeds"]:
        for variant in VARIANTS:
            work = arguments.work / "ablations" / f"{variant.replace(' ', '-')}-{seed}"
            if outcome(work) is None:
                training.run(arguments.data, work, reduced(config, variant, seed),
                             pixels=arguments.work)
            results.setdefault(variant, []).append(outcome(work))
            arguments.out.write_text(table(results, config["ablation"]))
    with open(arguments.out, "a") as page:
        page.write(quantized_table(quantized(arguments, config), config["inputSize"]))


if __name__ == "__main__":
    main()
