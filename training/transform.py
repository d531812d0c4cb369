"""The input transform: upright 8-bit sRGB image -> S x S tensor, in exact integers.

The product's TypeScript implements the same arithmetic; `models/qana-4/transform-vectors.json`
holds cases that both must reproduce byte for byte. From the field of view of W x H at (X, Y):

    side = min(W, H);  x0 = X + floor((W - side) / 2);  y0 = Y + floor((H - side) / 2)
    out  = floor((2 * sum(wx * wy * p) + side^2) / (2 * side^2))

Each input pixel is S units long and each output pixel `side` units, so the overlaps wx and wy
are integers whose sum is `side`: area averaging, rounded half up, for both down- and up-scaling.
"""
import numpy as np

BLACK, WHITE, STRAY = 40, 230, 50


def field_of_view(image: np.ndarray):
    """(top, bottom, left, right) of what the dermatoscope saw of uint8 (H, W, 3): the picture
    without plain black or white margins. A line is frame where at most a fiftieth of its pixels
    has a luminance over 40, or at most a fiftieth one under 230; where less than a quarter of
    either side would stay, all of the picture is the field."""
    y = (image.astype(np.int32) @ np.array([77, 150, 29], np.int32)) >> 8
    lit, unlit = y > BLACK, y < WHITE
    top, left = 0, 0
    bottom, right = y.shape

    def frame(rows, columns):
        part = (rows, columns)
        count = lit[part].size
        return lit[part].sum() * STRAY <= count or unlit[part].sum() * STRAY <= count

    before = None
    while before != (top, bottom, left, right):
        before = (top, bottom, left, right)
        while top < bottom and frame(top, slice(left, right)):
            top += 1
        while bottom > top and frame(bottom - 1, slice(left, right)):
            bottom -= 1
        while left < right and frame(slice(top, bottom), left):
            left += 1
        while right > left and frame(slice(top, bottom), right - 1):
            right -= 1
    if 4 * (bottom - top) < y.shape[0] or 4 * (right - left) < y.shape[1]:
        return 0, y.shape[0], 0, y.shape[1]
    return top, bottom, left, right


def spans(side: int, size: int):
    """(first, overlaps), int64 (size,) and (size, K): the first input that each output touches,
    and how long it and the next ones lie in it; every row sums to `side`."""
    start = np.arange(size, dtype=np.int64) * side
    first = start // size
    touched = first[:, None] + np.arange(-(-(side + size) // size) + 1)
    overlaps = np.minimum(start[:, None] + side, (touched + 1) * size) \
        - np.maximum(start[:, None], touched * size)
    return first, np.maximum(overlaps, 0)


def gathered(x: np.ndarray, size: int) -> np.ndarray:
    """int64 (side, ...) -> (size, ...): weighted sums along the first axis."""
    first, overlaps = spans(len(x), size)
    total = 0
    for k, weights in enumerate(overlaps.T):
        inside = np.minimum(first + k, len(x) - 1)           # beyond the end the overlap is 0
        total = total + x[inside] * weights.reshape(-1, *[1] * (x.ndim - 1))
    return total


def centre_square(image: np.ndarray) -> np.ndarray:
    """The largest centred square of an image of shape (H, W, 3)."""
    height, width = image.shape[:2]
    side = min(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    return image[y0:y0 + side, x0:x0 + side]


def average(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """uint8 (H, W, 3) -> uint8 (height, width, 3), each side by its own ratio."""
    down = gathered(image.astype(np.int64), height)
    sums = gathered(down.transpose(1, 0, 2), width).transpose(1, 0, 2)
    area = image.shape[0] * image.shape[1]
    return ((2 * sums + area) // (2 * area)).astype(np.uint8)


def to_input(image: np.ndarray, size: int) -> np.ndarray:
    """uint8 (H, W, 3) sRGB -> uint8 (3, size, size), the network's input."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"expected uint8 (H, W, 3), got {image.dtype} {image.shape}")
    top, bottom, left, right = field_of_view(image)
    return np.ascontiguousarray(average(
        centre_square(image[top:bottom, left:right]), size, size).transpose(2, 0, 1))
