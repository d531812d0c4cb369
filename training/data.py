"""HAM10000 development pack -> arrays, folds by lesion, and augmentation.

Images are 200x150 JPEGs in tar shards; `splits.csv` gives each lesion one of five folds.
"""
import csv
import io
import math
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch.nn import functional as F

from transform import to_input

CLASSES = ["akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"]
HEIGHT, WIDTH = 150, 200


@dataclass
class Pack:
    """images: uint8 (N, 150, 200, 3); labels, folds: int64 (N,); lesions: str (N,); metadata: the
    rows of metadata.csv (age, sex, localization, …)."""
    images: np.ndarray
    labels: np.ndarray
    folds: np.ndarray
    lesions: np.ndarray
    metadata: list

    def members(self, folds) -> np.ndarray:
        """Indices, int64 (M,), of the images in these folds."""
        return np.flatnonzero(np.isin(self.folds, folds))


def decode_shards(folder: Path, image_ids: list) -> np.ndarray:
    position = {image_id: i for i, image_id in enumerate(image_ids)}
    images = np.zeros((len(image_ids), HEIGHT, WIDTH, 3), np.uint8)
    found = set()
    for shard in sorted(folder.glob("shard_*.tar")):
        with tarfile.open(shard) as archive:
            for member in archive:
                image_id = Path(member.name).stem
                if image_id not in position:
                    continue
                picture = Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB")
                if picture.size != (WIDTH, HEIGHT):
                    raise ValueError(f"{member.name} is {picture.size}, expected 200x150")
                images[position[image_id]] = np.asarray(picture)
                found.add(image_id)
    missing = [i for i in image_ids if i not in found]
    if missing:
        raise FileNotFoundError(f"{len(missing)} images of splits.csv are in no shard: "
                                f"{missing[:3]}")
    return images


def load(data: Path, work: Path) -> Pack:
    """Reads the pack below `data`; decoded pixels are kept in `work` for the next call."""
    root = Path(data) / "ham10000"
    with open(root / "splits.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    cache = Path(work) / "ham10000-200x150.npy"
    if not cache.exists():
        cache.parent.mkdir(parents=True, exist_ok=True)
        partial = cache.with_suffix(".partial.npy")
        np.save(partial, decode_shards(root / "ham10000_200x150", [r["image_id"] for r in rows]))
        partial.rename(cache)
    lesions = np.array([r["lesion_id"] for r in rows])
    folds = np.array([int(r["fold"]) for r in rows])
    if len(set(zip(lesions, folds))) != len(set(lesions)):
        raise ValueError("splits.csv has a lesion in two folds")
    labels = np.array([CLASSES.index(r["dx"]) for r in rows])
    with open(root / "metadata.csv", newline="") as file:
        by_image = {r["image_id"]: r for r in csv.DictReader(file)}
    return Pack(np.load(cache, mmap_mode="r"), labels, folds, lesions,
                [by_image[r["image_id"]] for r in rows])


def load_external(data: Path, work: Path):
    """The ISIC images that are not HAM10000's: (uint8 (N, 150, 200, 3), int64 (N,) labels).

    They are 150x150; the sides are mirrored outwards, so that `augment` finds its margin.
    For training alone: their lesions are not named, so nothing can be measured on them.
    """
    folder = Path(data) / "isic_external"
    with open(folder / "isic2018_task1_labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = {r["image_id"]: CLASSES.index(r["isic2019_dx"].lower()) for r in rows}
    cache = Path(work) / "isic-external-200x150.npy"
    ids = sorted(labels)
    if not cache.exists():
        margin = (WIDTH - HEIGHT) // 2
        images = np.zeros((len(ids), HEIGHT, WIDTH, 3), np.uint8)
        position, found = {image_id: i for i, image_id in enumerate(ids)}, 0
        with tarfile.open(folder / "isic2018_task1_150.tar") as archive:
            for member in archive:
                at = position.get(Path(member.name).stem)
                if at is None:
                    continue
                picture = Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB")
                if picture.size != (HEIGHT, HEIGHT):
                    raise ValueError(f"{member.name} is {picture.size}, expected 150x150")
                images[at] = np.pad(np.asarray(picture), ((0, 0), (margin, margin), (0, 0)),
                                    "reflect")
                found += 1
        if found != len(ids):
            raise FileNotFoundError(f"{len(ids) - found} images of the labels are not in the tar")
        partial = cache.with_suffix(".partial.npy")
        np.save(partial, images)
        partial.rename(cache)
    return np.load(cache, mmap_mode="r"), np.array([labels[i] for i in ids])


def artefacts(count: int, seed: int) -> np.ndarray:
    """uint8 (count, 150, 200): how much of the skin shows through drawn hairs and ruler ticks."""
    chance = np.random.default_rng(seed)
    masks = []
    for _ in range(count):
        scale = 4
        sheet = Image.new("L", (WIDTH * scale, HEIGHT * scale), 255)
        pen = ImageDraw.Draw(sheet)
        for _ in range(chance.integers(2, 14)):
            start, middle, end = (chance.uniform(-0.1, 1.1, 2) * sheet.size for _ in range(3))
            t = np.linspace(0, 1, 24)[:, None]
            curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t ** 2 * end
            pen.line([tuple(p) for p in curve], fill=int(chance.integers(20, 140)),
                     width=int(chance.integers(2, 6)))
        if chance.random() < 0.3:
            depth = chance.uniform(0.02, 0.12) * sheet.size[1]
            for tick in range(0, sheet.size[0], int(chance.integers(24, 64))):
                pen.line([(tick, 0), (tick, depth)], fill=40, width=3)
        masks.append(np.asarray(sheet.resize((WIDTH, HEIGHT), Image.Resampling.BOX)))
    return np.stack(masks)


def inputs(images: np.ndarray, size: int) -> np.ndarray:
    """The product's own input transform: uint8 (N, 150, 200, 3) -> uint8 (N, 3, size, size)."""
    return np.stack([to_input(image, size) for image in images])


def augment(images: np.ndarray, size: int, generator: torch.Generator,
            masks: torch.Tensor | None = None, strength: float = 1.0) -> torch.Tensor:
    """uint8 (N, 150, 200, 3) -> float32 (N, 3, size, size), whole numbers 0..255.

    One affine resampling (quarter turn + small rotation, mirror, zoom, shift; the 200-pixel width
    is used as a margin), then one affine map of the colours (brightness, contrast, saturation,
    white balance; one image in five is moved towards a grey world). With `masks` of `artefacts`,
    float32 (M, 1, 150, 200) in 0..1, three images in ten get hairs or a ruler first. `strength`, 0 to
    1, scales all ranges but those of quarter turns, mirror and shift.
    """
    count = len(images)

    def uniform(low, high, *shape):
        return torch.empty(count, *shape).uniform_(low, high, generator=generator)

    x = torch.from_numpy(images).permute(0, 3, 1, 2).float()
    if masks is not None:
        drawn = masks[torch.randint(0, len(masks), (count,), generator=generator)]
        x = torch.where(uniform(0, 1, 1, 1, 1) < 0.3, x * drawn, x)
    quarter = torch.randint(0, 4, (count,), generator=generator) * (math.pi / 2)
    angle = quarter + strength * uniform(-0.35, 0.35)
    mirror = torch.randint(0, 2, (count,), generator=generator) * 2.0 - 1
    zoom = torch.exp(strength * uniform(math.log(0.65), math.log(1.1)))  # side of the view / 150
    stretch = torch.exp(strength * uniform(-0.1, 0.1))
    half_w, half_h = zoom * stretch, zoom / stretch              # in units of 75 pixels
    cos, sin = torch.cos(angle), torch.sin(angle)
    room_x = (WIDTH / HEIGHT - zoom).clamp(min=0) * 0.8
    room_y = (1 - zoom).clamp(min=0) * 0.8
    shift_x, shift_y = uniform(-1, 1) * room_x, uniform(-1, 1) * room_y
    aspect = HEIGHT / WIDTH
    theta = torch.stack([
        torch.stack([cos * half_w * mirror * aspect, -sin * half_h * aspect, shift_x * aspect], 1),
        torch.stack([sin * half_w * mirror, cos * half_h, shift_y], 1)], 1)
    grid = F.affine_grid(theta, (count, 3, size, size), align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    # Contrast about each channel's mean, saturation about grey, brightness and white balance:
    # together one 3x3 matrix and one offset an image.
    mean = x[:, :, ::4, ::4].mean(dim=(2, 3)).unsqueeze(2)

    def factor(low, high, *shape):
        return 1 + strength * (uniform(low, high, *shape) - 1)

    contrast, saturation = factor(0.8, 1.25, 1, 1), factor(0.75, 1.3, 1, 1)
    gain = factor(0.85, 1.15, 1, 1) * factor(0.94, 1.06, 3, 1)
    grey = (mean.mean(dim=1, keepdim=True) / mean.clamp(min=8)).clamp(0.6, 1.6)
    constancy = torch.where(uniform(0, 1, 1, 1) < 0.2, strength * uniform(0, 1, 1, 1),
                            torch.zeros(1))
    gain = gain * grey ** constancy
    mix = gain * (saturation * torch.eye(3) + (1 - saturation) / 3)
    x = torch.baddbmm(mix @ (mean * (1 - contrast)), mix * contrast, x.flatten(2))
    x = x.view(count, 3, size, size)
    return x.round_().clamp_(0, 255)
