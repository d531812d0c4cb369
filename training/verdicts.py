"""The verdict of each image, as the product gives it: picture, network, head and rules together."""
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from integer import Counter

KINDS = ["suspicious", "unusable", "unclear", "no-sign"]


def read(model: Path, data: Path, folds: list, image_ids) -> np.ndarray:
    """str (N,): kinds, by `cli evaluate` with the model folder, which must have a card."""
    images = data / "ham10000" / "ham10000_299x224"
    with tempfile.TemporaryDirectory() as folder:
        readings = Path(folder) / "readings.jsonl"
        subprocess.run(["npm", "run", "-s", "cli", "--", "evaluate", "--json",
                        "--model-folder", str(Path(model).resolve()),
                        "--images", str(images.resolve()),
                        "--labels", str((images / "labels.csv").resolve()),
                        "--fold", str(folds[0]), "--readings", str(readings)],
                       cwd=Counter.ROOT, check=True, stdout=subprocess.DEVNULL)
        lines = [json.loads(line) for line in readings.read_text().splitlines()]
    kinds = {line["imageId"]: line["verdict"] for line in lines}
    return np.array([kinds[image_id] for image_id in image_ids])
