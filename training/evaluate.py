"""Measures a model folder as it stands: python evaluate.py NAME --data ../shared/data --work work

Reads `backbone.onnx` and `head.json`, writes `card.json` and `README.md`. Figures are those of the
report fold, from integers and head alone, at home and by source; verdicts are read by the product.
"""
import collections
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

import age
import arguments as cli
import calibrate
import card as cards
import consistency
import export
import figures
import integer
import metrics
import quantize
import sources
import verdicts
import views
from documents import write_json
from head import probabilities
from transform import to_input


def natural_photographs(folder: Path, size: int) -> np.ndarray:
    """uint8 (N, 3, size, size): the pictures that are not of skin."""
    with tarfile.open(folder / "not_skin" / "natural_150.tar") as archive:
        return np.stack([
            to_input(np.asarray(Image.open(io.BytesIO(archive.extractfile(m).read()))
                                .convert("RGB")), size)
            for m in archive if m.isfile() and m.name.endswith(".jpg")])


def at_two_sizes(folder: Path, pack: sources.Pack):
    """The images that exist at 600x450 too: (those, their copies of 299x224), both upright RGB."""
    position = {name: i for i, name in enumerate(pack.table.image_id)}
    files = [f for f in sorted((folder / "ham10000" / "originals").glob("*.jpg"))
             if f.stem in position]
    large = [np.asarray(Image.open(file).convert("RGB")) for file in files]
    places = [pack.table.place[position[file.stem]] for file in files]
    return large, [pack.pixels["frame"][place] for place in places]


def abroad(table, p, sets, thresholds, fold) -> list:
    """Figures of the report fold's images of the other sources, which calibration has seen other
    lesions of; classes that a source lacks are left out of its means."""
    found, melanoma = [], sources.CLASSES.index("mel")
    for name in sources.SOURCES[1:]:
        members = table.members(fold, [name])
        own, labels = p[members], table.label[members]
        named = own.argmax(axis=1)
        present = np.unique(labels)
        found.append({
            "source": name, "count": len(members), "melanomas": int((labels == melanoma).sum()),
            "accuracy": round(float((named == labels).mean()), 4),
            "balancedAccuracy": round(float(np.mean(
                [(named[labels == c] == c).mean() for c in present])), 4),
            "melanomaAuroc": round(metrics.auroc(own[:, melanoma], labels == melanoma), 4),
            "coverage": round(float(sets[members, labels].mean()), 4),
            "setSize": round(float(sets[members].sum(axis=1).mean()), 4)})
    return found


def by_confirmation(table, members, p, labels) -> list:
    """Figures by how a diagnosis was confirmed; and melanomas against naevi that were biopsied,
    since those that were followed up look different."""
    melanoma, naevus = (sources.CLASSES.index(c) for c in ("mel", "nv"))
    how, named = table.confirmed[members], p.argmax(axis=1)
    groups = [{"group": str(group), "count": int((how == group).sum()),
               "accuracy": round(float((named == labels)[how == group].mean()), 4)}
              for group in sorted(set(how))]
    biopsied = (labels == naevus) & (how == "histo")
    either = biopsied | (labels == melanoma)
    score = p[:, melanoma] / (p[:, melanoma] + p[:, naevus])
    return groups, {"auroc": round(metrics.auroc(score[either], (labels == melanoma)[either]), 4),
                    "naevi": int(biopsied.sum())}, biopsied


def main():
    options = cli.parser(__doc__, "../models/qana-4")
    options.add_argument("name")
    arguments, config = cli.parse(options)
    spec = config["course"]["options"] | config["course"]["networks"][arguments.name]
    folder, count_views = arguments.work / arguments.name, spec["views"]
    content = (arguments.out / "backbone.onnx").read_bytes()
    sha, quantized = export.sha256(content), onnx.load_from_string(content)
    head = (arguments.out / "head.json").read_bytes()
    doc, age_doc = json.loads(head), json.loads((arguments.out / "age.json").read_bytes())
    history = json.loads((folder / "history.json").read_text())
    if not doc["networkSha256"] == history["networkSha256"] == sha:
        raise ValueError("backbone.onnx, head.json and history.json are not of one build")
    if age_doc["headSha256"] != export.sha256(head):
        raise ValueError("age.json was made for another head.json: run age.py")

    size, fold, threads = spec["inputSize"], config["folds"]["report"], config["threads"]
    pack = sources.load(arguments.data, arguments.work)
    table = pack.table
    members = table.at_home(fold)
    shown = quantize.inputs(pack, size, arguments.work / f"inputs-{size}.npy")
    each = np.load(folder / "counts.npy", mmap_mode="r")[:, :count_views].astype(np.int64)
    every = probabilities(doc, each.sum(axis=1))
    inputs, labels, lesions = shown[members], table.label[members], table.group[members]
    counts, p = each[members].sum(axis=1), every[members]
    count = integer.Counter(arguments.out / "backbone.onnx", export.count_scale(quantized))

    def read(pictures):
        """int64 (N, 256): counts of network inputs, as a reading sums them."""
        return sum(count(view).astype(np.int64)
                   for view, _ in zip(views.views(pictures), range(count_views)))

    def named(images):
        return probabilities(doc, read(np.stack([to_input(i, size) for i in images]))).argmax(1)

    advice = calibrate.advice(doc, counts, calibrate.appearance(inputs), p)
    outside = doc["calibration"]["outOfDistribution"]
    photographs = natural_photographs(arguments.data, size)
    strange = calibrate.unfamiliarity(outside, read(photographs),
                                      calibrate.appearance(photographs))
    limit = outside["threshold"]
    bootstrap = (lesions, config["bootstrap"]["resamples"], config["bootstrap"]["seed"])
    spread = figures.intervals(figures.headline, *bootstrap, p, labels)
    rounded = {k: [round(v, 4) for v in pair] for k, pair in spread.items()}
    confirmation, against_biopsied, biopsied = by_confirmation(table, members, p, labels)
    chance = np.random.default_rng(config["bootstrap"]["seed"])
    some = chance.choice(members, config["consistencyImages"], replace=False)
    large, small = at_two_sizes(arguments.data, pack)
    evidence = {
        "confusion": metrics.confusion_matrix(p, labels).tolist(), "codes": sources.CLASSES,
        "intervals": {k: v for k, v in rounded.items() if "." not in k},
        "recallIntervals": {k.split(".")[1]: v for k, v in rounded.items() if "." in k},
        "reliability": figures.reliability(p, labels),
        "subgroups": figures.subgroups(p, labels, table, members),
        "confirmation": confirmation,
        "sources": abroad(table, every, calibrate.conformal_sets(
            every, doc["calibration"]["conformal"]["thresholds"]), limit, fold),
        "referral": figures.referral(advice["melanoma"], labels) | {
            "intervals": figures.intervals(figures.referral, *bootstrap, advice["melanoma"],
                                           labels)},
        "age": age.evidence(age_doc, p, labels, table.age[members], lesions, bootstrap[1:]),
        "conformal": nested(figures.conformal(advice["sets"], labels)) | {
            "intervals": nested(figures.intervals(figures.conformal, *bootstrap, advice["sets"],
                                                  labels))},
        "outOfDistribution": {
            "auroc": metrics.auroc(np.concatenate([strange, advice["scores"]]),
                                   np.arange(len(strange) + len(labels)) < len(strange)),
            "rejected": float((strange > limit).mean()),
            "skinLost": float((advice["scores"] > limit).mean())},
        "consistency": {k: round(v, 4) for k, v in consistency.agreement(
            [pack.pixels["frame"][i] for i in table.place[some]], named).items()}
        | {"count": len(some)},
        "twoSizes": {"count": len(large),
                     "agreement": float((named(large) == named(small)).mean())},
    }
    zeros = integer.sparsity(quantized, inputs[:100], threads)
    exact, largest = integer.exact(quantized, inputs[:50])
    first = each[members[:50], 0]
    card = cards.card(doc, sha, config, spec, export.cost(quantized, size),
                      metrics.summary(p, labels, rounded=True), evidence,
                      round(zeros["all"], 4), history["trained"])
    facts = history | {
        "operators": collections.Counter(node.op_type for node in quantized.graph.node),
        "bytes": len(content), "lastNode": quantized.graph.node[-2].op_type,
        "sparsityAfterRelu": zeros["afterRelu"], "temperature": doc["temperature"],
        "exactDifferences": int((exact != first).sum()),
        "oracleDifferences": int((integer.Oracle(quantized, threads)(inputs[:50])
                                  != first).sum()),
        "exactCompared": int(exact.size), "largestAccumulator": int(largest),
        "config": config,
    }
    # The product reads with a folder that has a card.
    write_json(arguments.out / "card.json", card)
    kinds = verdicts.read(arguments.out, arguments.data, fold, table.image_id[members])
    evidence["verdict"] = grouped(figures.verdict(kinds, labels)) | {
        "counts": figures.verdict_counts(kinds, labels, verdicts.KINDS),
        "intervals": figures.intervals(figures.verdict, *bootstrap, kinds, labels)}
    evidence["melanomaAgainstBiopsiedNaevi"] = against_biopsied | {
        "withoutASign": round(float((kinds[biopsied] == "no-sign").mean()), 4)}
    write_json(arguments.out / "card.json", card)
    (arguments.out / "confusion.svg").write_text(cards.confusion_picture(evidence["confusion"]))
    (arguments.out / "reliability.svg").write_text(cards.reliability_picture(evidence["reliability"]))
    (arguments.out / "README.md").write_text(cards.readme(card, facts), encoding="utf-8")
    shown = {k: v for k, v in evidence.items()
             if k not in ("confusion", "intervals", "recallIntervals", "reliability", "subgroups")}
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
