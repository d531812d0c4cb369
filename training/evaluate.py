"""Measures a model folder as it stands: python evaluate.py --data ../shared/data --work work

Reads `backbone.onnx` and `head.json`, writes `card.json` and `README.md`. Figures are those of the
report fold, from integers and head alone; `--provisional` takes the choosing fold instead and
leaves the report fold unread.
"""
import collections
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

import arguments as cli
import calibrate
import card as cards
import data
import export
import figures
import integer
import metrics
import verdicts
import views
from head import probabilities
from transform import to_input


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


def natural_photographs(folder: Path, size: int) -> np.ndarray:
    """uint8 (N, 3, size, size): the pictures that are not of skin."""
    with tarfile.open(folder / "not_skin" / "natural_150.tar") as archive:
        return np.stack([
            to_input(np.asarray(Image.open(io.BytesIO(archive.extractfile(m).read()))
                                .convert("RGB")), size)
            for m in archive if m.isfile() and m.name.endswith(".jpg")])


def at_two_sizes(folder: Path, pack: data.Pack, size: int):
    """Network inputs of the images that exist at 600x450 too: (those, the 200x150 ones)."""
    position = {row["image_id"]: i for i, row in enumerate(pack.metadata)}
    files = sorted((folder / "ham10000" / "originals").glob("*.jpg"))
    large = [to_input(np.asarray(Image.open(file).convert("RGB")), size) for file in files]
    small = pack.images[[position[file.stem] for file in files]]
    return np.stack(large), data.inputs(small, size)


def main():
    options = cli.parser(__doc__, "../models/qana-3")
    options.add_argument("--provisional", action="store_true")
    arguments, config = cli.parse(options)
    content = (arguments.out / "backbone.onnx").read_bytes()
    sha, quantized = export.sha256(content), onnx.load_from_string(content)
    doc = json.loads((arguments.out / "head.json").read_text(encoding="utf-8"))
    history = json.loads((arguments.work / "history.json").read_text())
    if not doc["networkSha256"] == history["networkSha256"] == sha:
        raise ValueError("backbone.onnx, head.json and history.json are not of one build")

    size, folds, threads = config["inputSize"], config["folds"], config["threads"]
    pack = data.load(arguments.data, arguments.work)
    [fold] = folds["choose" if arguments.provisional else "report"]
    members = pack.members([fold])
    inputs, labels, lesions = (data.inputs(pack.images[members], size), pack.labels[members],
                               pack.lesions[members])
    count = integer.Counter(arguments.out / "backbone.onnx", export.count_scale(quantized))
    each = [count(view) for view in views.views(inputs)]
    counts = sum(view.astype(np.int64) for view in each)
    p = probabilities(doc, counts)
    advice = calibrate.advice(doc, counts, calibrate.appearance(inputs), p)
    outside = doc["calibration"]["outOfDistribution"]
    photographs = natural_photographs(arguments.data, size)
    strange = calibrate.unfamiliarity(outside, views.summed(count, photographs),
                                      calibrate.appearance(photographs))
    limit = outside["threshold"]

    bootstrap = (lesions, config["bootstrap"]["resamples"], config["bootstrap"]["seed"])
    spread = figures.intervals(figures.headline, *bootstrap, p, labels)
    rounded = {k: [round(v, 4) for v in pair] for k, pair in spread.items()}
    top = [probabilities(doc, view.astype(np.int64) * views.COUNT).argmax(axis=1) for view in each]
    evidence = {
        "confusion": metrics.confusion_matrix(p, labels).tolist(), "codes": data.CLASSES,
        "intervals": {k: v for k, v in rounded.items() if "." not in k},
        "recallIntervals": {k.split(".")[1]: v for k, v in rounded.items() if "." in k},
        "reliability": figures.reliability(p, labels),
        "subgroups": figures.subgroups(p, labels, [pack.metadata[i] for i in members]),
        "referral": figures.referral(advice["melanoma"], labels) | {
            "intervals": figures.intervals(figures.referral, *bootstrap, advice["melanoma"],
                                           labels)},
        "conformal": nested(figures.conformal(advice["sets"], labels)) | {
            "intervals": nested(figures.intervals(figures.conformal, *bootstrap, advice["sets"],
                                                  labels))},
        "outOfDistribution": {
            "auroc": metrics.auroc(np.concatenate([strange, advice["scores"]]),
                                   np.arange(len(strange) + len(labels)) < len(strange)),
            "rejected": float((strange > limit).mean()),
            "skinLost": float((advice["scores"] > limit).mean())},
        "singleView": {
            "agreement": float(np.mean([(view == top[0]).mean() for view in top[1:]]))},
    }
    sizes = [probabilities(doc, views.summed(count, images)).argmax(axis=1)
             for images in at_two_sizes(arguments.data, pack, size)]
    evidence["twoSizes"] = {"count": len(sizes[0]),
                            "agreement": float((sizes[0] == sizes[1]).mean())}
    zeros = integer.sparsity(quantized, inputs[:100], threads)
    exact, largest = integer.exact(quantized, inputs[:200])
    card = cards.card(
        doc["name"], sha, config, export.cost(quantized, size),
        metrics.summary(p, labels, rounded=True), evidence, round(zeros["all"], 4),
        history["trained"], arguments.provisional)
    facts = history | {
        "operators": collections.Counter(node.op_type for node in quantized.graph.node),
        "bytes": len(content), "lastNode": quantized.graph.node[-2].op_type,
        "sparsityAfterRelu": zeros["afterRelu"], "temperature": doc["temperature"],
        "exactDifferences": int((exact != each[0][:200]).sum()),
        "oracleDifferences": int((integer.Oracle(quantized, threads)(inputs[:200])
                                  != each[0][:200]).sum()),
        "exactCompared": int(exact.size), "largestAccumulator": int(largest),
        "config": config,
    }
    # The product reads with a folder that has a card.
    write_json(arguments.out / "card.json", card)
    kinds = verdicts.read(arguments.out, arguments.data, fold,
                          [pack.metadata[i]["image_id"] for i in members])
    evidence["verdict"] = grouped(figures.verdict(kinds, labels)) | {
        "counts": figures.verdict_counts(kinds, labels, verdicts.KINDS),
        "intervals": figures.intervals(figures.verdict, *bootstrap, kinds, labels)}
    write_json(arguments.out / "card.json", card)
    (arguments.out / "confusion.svg").write_text(cards.confusion_picture(evidence["confusion"]))
    (arguments.out / "reliability.svg").write_text(cards.reliability_picture(evidence["reliability"]))
    (arguments.out / "README.md").write_text(cards.readme(card, facts), encoding="utf-8")
    shown = {k: evidence[k] for k in ("verdict", "referral", "conformal", "outOfDistribution",
                                      "singleView", "twoSizes")}
    print(json.dumps({"figures": card["figures"], **shown, "sparsity": card["sparsity"]}, indent=1))


def grouped(flat: dict) -> dict:
    """`{"a.b": …}` as `{"a": {"b": …}}`."""
    groups = {}
    for key, value in flat.items():
        *group, name = key.split(".")
        (groups.setdefault(group[0], {}) if group else groups)[name] = value
    return groups


def nested(flat: dict) -> dict:
    """`{"coverage": …, "coverage.mel": …}` as `{"coverage": …, "perClass": {"mel": …}}`."""
    return {k: v for k, v in flat.items() if "." not in k} | {
        "perClass": {k.split(".")[1]: v for k, v in flat.items() if "." in k}}


if __name__ == "__main__":
    main()
