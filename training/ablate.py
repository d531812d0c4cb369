"""What each part is worth: python ablate.py --data ../shared/data --work work --out ../docs/ablations.md

Trains every variant of `variants.py` at the reduced budget of `config.json` ("ablation"), with each
of its seeds, and measures the float network on the choosing fold. The report fold is not read.
A variant that is done is not trained again when the command is repeated.
"""
import json
from pathlib import Path

import numpy as np

import arguments as cli
import train as training
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


if __name__ == "__main__":
    main()
