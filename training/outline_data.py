"""Pictures with their lesions' masks, at 150 rows: HAM10000's whole frames and MSK's centre squares.

Masks of HAM10000 are Tschandl's (200 x 150), those of MSK the ISIC archive's (256 x 256). Folds are
those of `sources.py`, so that no lesion is in two.
"""
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import sources
import transform

ROWS = 150
FORMS = {"frame": (ROWS, 200), "square": (ROWS, ROWS)}


@dataclass
class Pairs:
    """By form: pixels uint8 (N, 3, rows, columns), masks uint8 (N, 1, rows, columns) with 255 for
    lesion, and the fold of each."""
    pixels: dict
    masks: dict
    folds: dict
    names: dict


def _masks(archives):
    for archive in archives:
        with tarfile.open(archive, "r:") as tar:
            for member in tar:
                if member.isfile():
                    name = Path(member.name).stem.removesuffix("_segmentation")
                    yield name, np.asarray(Image.open(io.BytesIO(tar.extractfile(member).read()))
                                           .convert("L"))


def _mask_archives(data: Path, form):
    if form == "frame":
        return [data / "ham10000" / "lesion_masks_200x150.tar"]
    return sorted((data / "more").glob("msk256_masks_*.tar"))


def load(data: Path, work: Path) -> Pairs:
    """All pairs below `data`; what is decoded is kept in `work` for the next call."""
    pairs, pack = Pairs({}, {}, {}, {}), None
    Path(work).mkdir(parents=True, exist_ok=True)
    for form, (rows, columns) in FORMS.items():
        path = Path(work) / f"outline-{form}.npz"
        if not path.exists():
            pack = pack or sources.load(data, work)
            _pack(pack, form, rows, columns, dict(_masks(_mask_archives(data, form))), path)
        kept = np.load(path)
        for part in ("pixels", "masks", "folds", "names"):
            getattr(pairs, part)[form] = kept[part]
    return pairs


def _pack(pack, form, rows, columns, masks, path):
    table = pack.table
    own = [i for i in range(len(table)) if table.form[i] == form and table.image_id[i] in masks]
    pixels = np.empty((len(own), 3, rows, columns), np.uint8)
    drawn = np.empty((len(own), 1, rows, columns), np.uint8)
    for at, index in enumerate(own):
        picture = pack.pixels[form][table.place[index]]
        pixels[at] = transform.average(picture, rows, columns).transpose(2, 0, 1)
        mask = np.repeat(masks[table.image_id[index]][..., None], 3, 2)
        if mask.shape[:2] != (rows, columns):
            mask = transform.average(mask, rows, columns)
        drawn[at, 0] = np.where(mask[..., 0] > 127, 255, 0)
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, pixels=pixels, masks=drawn, folds=table.fold[own],
             names=table.image_id[own])
    partial.rename(path)
