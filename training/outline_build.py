"""The trained outline network -> models/outline-1: python outline_build.py --data D --work W --out M

Quantizes to 8 bits, chooses on fold 4 from how many spikes on a cell is lesion, and has the product's
own command measure the result on fold 0, at the masks' own size.
"""
import hashlib
import json
import subprocess
from pathlib import Path

import numpy as np
import onnx
import torch

import arguments as options_of
import export
import golden
import integer
import outline_course
import outline_data
import outline_export
import outline_network
import transform
from card import ATTRIBUTION
from documents import write_json

LIMITATIONS = [
    "A proposal for a person to correct, not a diagnosis.",
    "Learned from dermoscopic pictures of pigmented lesions, mostly of fair skin; on clinical "
    "photographs, nails, mucosa and scars it was not tested.",
    "People who draw the same lesion differ as well: Jaccard indices of about .8 between two of them "
    "are usual where the border fades.",
    "A lesion that leaves the picture is outlined as far as it is seen.",
]


def inputs(pairs, form, chosen, size):
    return np.stack([np.ascontiguousarray(transform.average(
        image.transpose(1, 2, 0), size, size).transpose(2, 0, 1))
        for image in pairs.pixels[form][chosen]])


def jaccard_at(counts, masks, levels):
    """Mean Jaccard index at each level; counts int (N, side, side), masks bool (N, rows, columns)."""
    wide = outline_network.enlarged(torch.from_numpy(counts[:, None].astype(np.float32)),
                                    *masks.shape[1:])[:, 0].numpy()
    found = []
    for level in levels:
        mine = wide > level
        both, either = (mine & masks).sum((1, 2)), (mine | masks).sum((1, 2))
        found.append(float((both / np.maximum(either, 1)).mean()))
    return found


def measured(out, data, images, masks, labels):
    """What `cli evaluate-outline` says of fold 0."""
    run = subprocess.run(
        ["npm", "run", "-s", "cli", "--", "evaluate-outline", "--model-folder", str(out.resolve()),
         "--images", str((data / images).resolve()), "--masks", str((data / masks).resolve()),
         "--labels", str((data / labels).resolve()), "--fold", "0"],
        cwd=integer.Counter.ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def readme(card):
    own, other = card["figures"], card["msk"]
    rows = "\n".join(
        f"| {name} | {f['images']:,} | {f['jaccard']:.3f} | {f['jaccardMedian']:.3f} | "
        f"{f['jaccardLow']:.3f} | {f['missed']:.1%} | {f['axisError68']:.1%} | "
        f"{f['areaError68']:.1%} |" for name, f in (("HAM10000", own), ("MSK", other)))
    limits = "\n".join(f"- {line}" for line in card["limitations"])
    return f"""# {card['name']}

A quantized spiking network that proposes a lesion's outline in a dermoscopic picture: QANA-4's first
layers, and a way back to a quarter of the picture's resolution. {card['macs'] / 1e6:.0f} million
multiply-accumulates, {card['parameters'] / 1e3:.0f} thousand weights. The person corrects it.

{limits}

## Figures

By `npm run -s cli -- evaluate-outline` on fold 0, which no training and no choice has seen, at the
masks' own size, of the first outline that the program shows; 8-bit integers, the product's engine.

| source | images | Jaccard | median | 5 of 100 below | missed (below .3) | long axis: 68 of 100 within | area |
|---|---|---|---|---|---|---|---|
{rows}

`network.onnx` takes the whole field of view squeezed to {card['inputSize']} × {card['inputSize']}
pixels and gives {card['mapSize']} × {card['mapSize']} spike counts; above {card['level']:g} is lesion.
`golden.json` has counts that every engine must reproduce. How it was made: `training/README.md`.

## Licence

Weights: CC BY-NC 4.0, because of the data. {ATTRIBUTION} MSK's pictures and masks: the ISIC archive
(Codella et al., arXiv:1710.05006).
"""


def main():
    arguments, config = options_of.parse(options_of.parser(__doc__, "../models/outline-1"))
    options, folds = config["outline"], config["folds"]
    size, out = options["inputSize"], arguments.out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    pairs = outline_data.load(arguments.data, arguments.work)
    state = arguments.work / "outline" / "final.pt"
    net = outline_export.load(state)

    chance = np.random.default_rng(options["seed"])
    calibration = []
    for form, share in (("frame", options["home"]), ("square", 1 - options["home"])):
        members = np.flatnonzero(np.isin(pairs.folds[form], folds["train"]))
        count = round(options["calibrationImages"] * share)
        calibration.append(inputs(pairs, form, chance.choice(members, count, False), size))
    file = out / "network.onnx"
    quantized = export.quantize(outline_export.float_onnx(net, size, options["reach"]),
                                np.concatenate(calibration))
    quantized.graph.name = "outline"
    onnx.checker.check_model(quantized)
    content = quantized.SerializeToString(deterministic=True)
    file.write_bytes(content)
    sha, scale = hashlib.sha256(content).hexdigest(), export.count_scale(quantized)

    chosen = np.flatnonzero(np.isin(pairs.folds["frame"], folds["choose"]))
    side = size // 4
    counts = integer.Counter(file, scale)(inputs(pairs, "frame", chosen, size))
    levels = [options["reach"] / float(scale[0]) + step for step in range(-24, 25, 4)]
    found = jaccard_at(counts.reshape(-1, side, side), pairs.masks["frame"][chosen, 0] > 127, levels)
    level = round(levels[int(np.argmax(found))], 2)
    drawn = torch.load(state, map_location="cpu", weights_only=True)["drawn"]
    floating = float(outline_course.jaccard(net.to(memory_format=torch.channels_last), pairs,
                                            "frame", folds["choose"], size).mean())

    images = np.stack([golden.pattern(a, b, k, size, size) for _, a, b, k in golden.NETWORK_CASES])
    expected = integer.Counter(file, scale)(images)
    if not np.array_equal(expected, integer.Oracle(quantized)(images)):
        raise RuntimeError("onnxruntime and the product's engine differ on a golden case")
    write_json(out / "golden.json", {
        "format": "dermaspike-golden", "version": 1, "networkSha256": sha, "inputSize": size,
        "layout": "CHW, RGB, uint8", "formula": golden.FORMULA,
        "cases": [{"name": name, "a": a, "b": b, "k": k,
                   "inputSha256": hashlib.sha256(image.tobytes()).hexdigest(),
                   "counts": row.tolist()}
                  for (name, a, b, k), image, row in zip(golden.NETWORK_CASES, images, expected)]})
    cost = export.cost(quantized, size)
    card = {
        "name": "outline-1", "networkSha256": sha, "inputSize": size, "mapSize": side,
        "level": level, "macs": cost["macs"], "parameters": cost["parameters"],
        "data": {"name": "HAM10000's masks (8,997 images) and those of MSK (2,593)",
                 "licence": "CC BY-NC 4.0", "attribution": ATTRIBUTION,
                 "split": "by lesion; trained on folds 1, 2, 3, level chosen on fold 4, figures on "
                          "fold 0"},
        "chosen": {"levels": dict(zip([f"{v:.1f}" for v in levels], found)),
                   "jaccardFloat": floating, "jaccardInteger": max(found)},
        "trained": {"drawn": drawn}, "figures": {"images": 0, "jaccard": 0, "jaccardLow": 0},
        "limitations": LIMITATIONS, "licence": "CC BY-NC 4.0"}
    write_json(out / "card.json", card)
    card["figures"] = measured(out, arguments.data, "ham10000/ham10000_299x224",
                               "ham10000/lesion_masks_200x150.tar", "ham10000/splits.csv")
    card["msk"] = measured(out, arguments.data, "more", "more/msk256_masks_00.tar",
                           "more/labels.csv")
    write_json(out / "card.json", card)
    (out / "README.md").write_text(readme(card), encoding="utf-8")
    print(json.dumps({k: card[k] for k in ("chosen", "level", "figures", "msk", "macs")}, indent=1))


if __name__ == "__main__":
    main()
