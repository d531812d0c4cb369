"""Float network -> integer backbone: python quantize.py NAME --data ../shared/data --work work

Writes `work/NAME/backbone.onnx`, and `counts.npy`: the spike counts of every image of every source,
view by view, by the product's own engine. What follows (`build.py`) only needs those.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch

import backbones
import export
import integer
import sources
import views
from transform import to_input

CONFIG = Path(__file__).with_name("config.json")


def network(folder: Path, options) -> torch.nn.Module:
    """The trained float network of `course.py`."""
    net = backbones.Qana4(len(options["classes"]), 0.0, 0.0)
    state = torch.load(folder / "final.pt", map_location="cpu", weights_only=True)
    net.load_state_dict(state["average"])
    return net.to(memory_format=torch.channels_last).eval()


def inputs(pack: sources.Pack, size: int, path: Path) -> np.ndarray:
    """uint8 (N, 3, size, size): every image as the network is shown it, kept at `path`."""
    if not path.exists():
        partial = path.with_suffix(".partial.npy")
        out = np.lib.format.open_memmap(partial, "w+", np.uint8, (len(pack.table), 3, size, size))
        for at, (form, place) in enumerate(zip(pack.table.form, pack.table.place)):
            out[at] = to_input(pack.pixels[form][place], size)
        out.flush()
        partial.rename(path)
    return np.load(path, mmap_mode="r")


def samples(table: sources.Table, folds, count: int, seed: int) -> np.ndarray:
    """Indices of the images whose activations set the scales: three fifths from home."""
    chance = np.random.default_rng(seed)
    shares = {"ham": 0.6, "bcn": 0.25, "msk": 0.15}
    return np.concatenate([
        chance.choice(table.members(folds, [name]), round(count * share), replace=False)
        for name, share in shares.items()])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, default=Path("work"))
    parser.add_argument("--config", type=Path, default=CONFIG)
    arguments = parser.parse_args()
    config = json.loads(arguments.config.read_text())
    course = config["course"]
    options = course["options"] | course["networks"][arguments.name]
    folder, size = arguments.work / arguments.name, options["inputSize"]

    pack = sources.load(arguments.data, arguments.work)
    shown = inputs(pack, size, arguments.work / f"inputs-{size}.npy")
    file = folder / "backbone.onnx"
    if not file.exists():
        net = network(folder, options)
        chosen = samples(pack.table, options["folds"],
                         config["quantization"]["calibrationImages"], options["seed"])
        quantized = export.quantize(export.float_onnx(net.backbone, size), shown[chosen])
        onnx.checker.check_model(quantized)
        file.write_bytes(quantized.SerializeToString(deterministic=True))
    scale = export.count_scale(onnx.load(file))
    count = integer.Counter(file, scale)
    counts = folder / "counts.npy"
    partial, done = folder / "counts.partial.npy", folder / "counts.done"
    shape = (len(shown), options["views"], len(scale))
    out = np.lib.format.open_memmap(partial, "r+" if partial.exists() else "w+", np.int16, shape)
    begin = int(done.read_text()) if done.exists() else 0
    for start in range(begin, len(shown), 4096):
        part = shown[start:start + 4096]
        for index, view in enumerate(views.views(part)):
            if index < options["views"]:
                out[start:start + len(part), index] = count(view)
        out.flush()
        done.write_text(str(start + len(part)))
        print(start + len(part), "of", len(shown), flush=True)
    partial.rename(counts)
    done.unlink()


if __name__ == "__main__":
    main()
