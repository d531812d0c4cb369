"""Measures a model folder as it stands: python evaluate.py --data ../shared/data --work work

Reads `backbone.onnx` and `head.json`, writes `card.json` and `README.md`. Figures are those of the
report fold, from integers and head alone; `--provisional` takes the choosing fold instead and
leaves the report fold unread.
"""
import argparse
import collections
import json
from pathlib import Path

import numpy as np
import onnx

import card as cards
import data
import export
import integer
import metrics
from head import probabilities

CONFIG = Path(__file__).with_name("config.json")


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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--out", type=Path, default=Path("../models/qana-1"))
    parser.add_argument("--provisional", action="store_true")
    arguments = parser.parse_args()
    config = json.loads(CONFIG.read_text())
    content = (arguments.out / "backbone.onnx").read_bytes()
    sha, quantized = export.sha256(content), onnx.load_from_string(content)
    doc = json.loads((arguments.out / "head.json").read_text(encoding="utf-8"))
    history = json.loads((arguments.work / "history.json").read_text())
    if not doc["networkSha256"] == history["networkSha256"] == sha:
        raise ValueError("backbone.onnx, head.json and history.json are not of one build")

    size, folds, threads = config["inputSize"], config["folds"], config["threads"]
    pack = data.load(arguments.data, arguments.work)
    members = pack.members(folds["choose" if arguments.provisional else "report"])
    inputs, labels = data.inputs(pack.images[members], size), pack.labels[members]
    counts = integer.Counter(quantized, threads)(inputs)
    p = probabilities(doc, counts)
    zeros = integer.sparsity(quantized, inputs[:100], threads)
    exact, largest = integer.exact(quantized, inputs[:200])
    card = cards.card(
        doc["name"], sha, config, export.cost(quantized, size),
        metrics.summary(p, labels, rounded=True), metrics.confusion_matrix(p, labels).tolist(),
        round(zeros["all"], 4), history["trained"], arguments.provisional)
    facts = history | {
        "operators": collections.Counter(node.op_type for node in quantized.graph.node),
        "bytes": len(content), "lastNode": quantized.graph.node[-2].op_type,
        "sparsityAfterRelu": zeros["afterRelu"], "temperature": doc["temperature"],
        "exactDifferences": int((exact != counts[:200]).sum()),
        "exactCompared": int(exact.size), "largestAccumulator": int(largest),
    }
    write_json(arguments.out / "card.json", card)
    (arguments.out / "README.md").write_text(cards.readme(card, facts), encoding="utf-8")
    print(json.dumps(card["figures"], indent=1))


if __name__ == "__main__":
    main()
