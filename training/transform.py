"""The input transform: upright 8-bit sRGB image -> S x S tensor, in exact integers.

The product's TypeScript implements the same arithmetic; `models/qana-3/transform-vectors.json`
holds cases that both must reproduce byte for byte.

    side = min(W, H);  x0 = floor((W - side) / 2);  y0 = floor((H - side) / 2)
    out  = floor((2 * sum(wx * wy * p) + side^2) / (2 * side^2))

Each input pixel is S units long and each output pixel `side` units, so the overlaps wx and wy
are integers whose sum is `side`: area averaging, rounded half up, for both down- and up-scaling.

The network learned from copies of 150 rows that JPEG had compressed, and notices when it had not.
So a picture of more than 150 rows and columns is first brought to that form: averaged until its
shorter side is 150, and taken through the losses of `jpeg.py`.
"""
import numpy as np

from jpeg import through_jpeg

LEARNED_SIDE = 150


def overlap_matrix(side: int, size: int) -> np.ndarray:
    """Integer overlaps, int64 of shape (size, side); every row sums to `side`."""
    out_start = np.arange(size, dtype=np.int64)[:, None] * side
    in_start = np.arange(side, dtype=np.int64)[None, :] * size
    overlap = np.minimum(out_start + side, in_start + size) - np.maximum(out_start, in_start)
    return np.maximum(overlap, 0)


def centre_square(image: np.ndarray) -> np.ndarray:
    """The largest centred square of an image of shape (H, W, 3)."""
    height, width = image.shape[:2]
    side = min(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    return image[y0:y0 + side, x0:x0 + side]


def average(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """uint8 (H, W, 3) -> uint8 (height, width, 3), each side by its own ratio."""
    down, across = (overlap_matrix(n, out).astype(np.float64)
                    for n, out in zip(image.shape[:2], (height, width)))
    # Products and sums are whole numbers below 255 * H * W < 2^53, so float64 is exact here
    # (and, unlike int64, has a fast matrix product).
    sums = (down @ image.transpose(2, 0, 1).astype(np.float64) @ across.T).astype(np.int64)
    area = image.shape[0] * image.shape[1]
    return ((2 * sums + area) // (2 * area)).astype(np.uint8).transpose(1, 2, 0)


def as_learned(image: np.ndarray) -> np.ndarray:
    """A picture of more than 150 rows and columns as the training's copies are; others as they are."""
    height, width = image.shape[:2]
    side = min(height, width)
    if side <= LEARNED_SIDE:
        return image
    height, width = ((2 * n * LEARNED_SIDE + side) // (2 * side) for n in (height, width))
    return through_jpeg(average(image, height, width))


def to_input(image: np.ndarray, size: int) -> np.ndarray:
    """uint8 (H, W, 3) sRGB -> uint8 (3, size, size), the network's input."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"expected uint8 (H, W, 3), got {image.dtype} {image.shape}")
    return np.ascontiguousarray(
        average(centre_square(as_learned(image)), size, size).transpose(2, 0, 1))
