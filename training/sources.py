"""Every source of dermoscopic images -> arrays of pixels, labels and folds.

Three sources: HAM10000 (`ham`, with the official ISIC 2018 validation images), BCN20000 (`bcn`) and
MSK (`msk`). Their copies have three forms, each kept in an array of its own at the size that it
came in: 224 rows of a 4:3 frame, squares of 256, squares of 84. Folds join lesions and
near-duplicates, never patients (no source names them); HAM10000's are those of its `splits.csv`.
"""
import csv
import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]
SOURCES = ["ham", "bcn", "msk"]
FORMS = {"frame": (224, 299), "square": (256, 256), "small": (84, 84)}   # rows, columns
# A held-out photograph once more.
LEFT_OUT = {"ISIC_0027027"}


@dataclass
class Table:
    """One entry an image, in the order of the labels' files. `label`, `source`: positions in
    CLASSES and SOURCES; `collection`: the set that it came in; `form`, `place`: which array of
    `Pack.pixels`, and where in it; `group`: what must stay in one fold; `confirmed`: how the
    diagnosis was, "" where it is not said."""
    image_id: np.ndarray
    label: np.ndarray
    source: np.ndarray
    collection: np.ndarray
    fold: np.ndarray
    group: np.ndarray
    form: np.ndarray
    place: np.ndarray
    confirmed: np.ndarray
    age: np.ndarray          # years, NaN where unknown
    sex: np.ndarray
    site: np.ndarray

    def __len__(self):
        return len(self.label)

    def at_home(self, folds) -> np.ndarray:
        """Indices of HAM10000's own images of these folds: those that figures are quoted of."""
        return np.flatnonzero(np.isin(self.fold, folds) & (self.collection == "ham10000"))

    def members(self, folds, sources=SOURCES, classes=CLASSES) -> np.ndarray:
        """Indices, int64 (M,), of the images of these folds, sources and classes."""
        return np.flatnonzero(
            np.isin(self.fold, folds)
            & np.isin(self.source, [SOURCES.index(s) for s in sources])
            & np.isin(self.label, [CLASSES.index(c) for c in classes]))


@dataclass
class Pack:
    """pixels: by form, uint8 (N, rows, columns, 3)."""
    table: Table
    pixels: dict


def _rows(path: Path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def _number(name, row, column, kind):
    try:
        return kind(row[column])
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name}: its {column} is '{row[column]}'") from error


def _entry(row, name, dx, source, collection, form, shard, group, confirmed, site):
    if dx not in CLASSES:
        raise ValueError(f"{name}: label '{dx}' is none of {', '.join(CLASSES)}")
    age = _number(name, row, "age", float) if row["age"] else float("nan")
    return {"image_id": name, "label": CLASSES.index(dx), "source": SOURCES.index(source),
            "collection": collection, "fold": _number(name, row, "fold", int), "group": group,
            "form": form, "shard": shard, "confirmed": confirmed, "age": age,
            "sex": row["sex"], "site": site}


def entries(data: Path) -> list:
    """What the labels' files say, a dictionary an image. Throws ValueError naming the image for a label
    outside CLASSES, a fold or age that is no number, an image that is named twice and a lesion in
    two folds."""
    found = []
    folder = Path(data) / "ham10000" / "ham10000_299x224"
    for row in _rows(folder / "labels.csv"):
        if row["image_id"] not in LEFT_OUT:
            found.append(_entry(row, row["image_id"], row["dx"], "ham", "ham10000",
                                "frame", folder / row["shard"], row["lesion_id"], row["dx_type"],
                                row["localization"]))
    folder = Path(data) / "more"
    forms = {"msk256": "square", "kaggle9_180": "square", "isic2019_84": "small",
             "ham_val193": "frame"}
    for row in _rows(folder / "labels.csv"):
        source = ("bcn" if row["source"] == "BCN20000"
                  else "ham" if row["set"] == "ham_val193" else "msk")
        found.append(_entry(row, row["image_id"], row["dx7_suggested"], source, row["set"],
                            forms[row["set"]], folder / row["shard"], row["group"], "",
                            row["site"]))
    folds, names = {}, set()
    for entry in found:
        if entry["image_id"] in names:
            raise ValueError(f"{entry['image_id']} is in the labels twice")
        names.add(entry["image_id"])
        if folds.setdefault(entry["group"], entry["fold"]) != entry["fold"]:
            raise ValueError(f"{entry['image_id']}: its lesion {entry['group']} is in two folds")
    return found


def _decode(name, content, form):
    """Upright RGB at the form's size; a larger picture is averaged down with Lanczos' kernel."""
    height, width = FORMS[form]
    try:
        picture = Image.open(io.BytesIO(content)).convert("RGB")
    except OSError as error:
        raise ValueError(f"{name} is damaged: {error}") from error
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(picture)


def _pixels(found, form, path):
    """Decodes a form's images into the array at `path`. Throws ValueError naming an image or a shard
    that is damaged, FileNotFoundError for a shard that is missing and images that none holds."""
    wanted = {e["image_id"]: i for i, e in enumerate(found)}
    partial = path.with_suffix(".partial.npy")
    images = np.lib.format.open_memmap(partial, "w+", np.uint8, (len(found), *FORMS[form], 3))

    def store(name, content):
        images[wanted[name]] = _decode(name, content, form)

    seen = set()
    with ThreadPoolExecutor() as pool:
        jobs = []
        for shard in sorted({e["shard"] for e in found}):
            try:
                with tarfile.open(shard, "r:") as archive:
                    for member in archive:
                        name = Path(member.name).stem
                        if member.isfile() and name in wanted:
                            seen.add(name)
                            jobs.append(pool.submit(store, name,
                                                    archive.extractfile(member).read()))
            except tarfile.TarError as error:
                raise ValueError(f"{shard} is damaged: {error}") from error
        for job in jobs:
            job.result()
    missing = sorted(set(wanted) - seen)
    if missing:
        raise FileNotFoundError(f"{len(missing)} images of the labels are in no shard, "
                                f"{missing[0]} among them")
    images.flush()
    partial.rename(path)


def load(data: Path, work: Path) -> Pack:
    """Reads all sources below `data`; decoded pixels are kept in `work` for the next call."""
    found = entries(data)
    Path(work).mkdir(parents=True, exist_ok=True)
    pixels = {}
    for form in FORMS:
        own = [e for e in found if e["form"] == form]
        for place, entry in enumerate(own):
            entry["place"] = place
        path = Path(work) / f"pixels-{form}.npy"
        if not path.exists():
            _pixels(own, form, path)
        pixels[form] = np.load(path, mmap_mode="r")
        if len(pixels[form]) != len(own):
            raise ValueError(f"{path} holds {len(pixels[form])} images, the labels name {len(own)}:"
                             " delete it, and it is made again")
    columns = {name: np.array([e[name] for e in found]) for name in Table.__dataclass_fields__}
    return Pack(Table(**columns), pixels)
