"""What JPEG at quality 75 leaves of a picture, in exact integers (ITU-T T.81 and JFIF; the usual
4:2:0 subsampling, the tables of T.81 Annex K, triangular upsampling).

Every image that the network learned from had been through it. The cosine transform is a product
with round(2^13 * A), A orthonormal: whole numbers below 2^53, so float64 or int64 alike.
"""
import numpy as np
import torch
from torch.nn import functional as F

QUALITY_SCALE = 50          # per cent of the tables: quality 75
LUMINANCE = np.array([
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99]).reshape(8, 8)
CHROMINANCE = np.full((8, 8), 99)
CHROMINANCE[:4, :4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]]
BITS = 13
# round(2^13 * c(u) / 2 * cos((2x + 1) u pi / 16)), row u
COSINES = np.array([
    [2896, 2896, 2896, 2896, 2896, 2896, 2896, 2896],
    [4017, 3406, 2276, 799, -799, -2276, -3406, -4017],
    [3784, 1567, -1567, -3784, -3784, -1567, 1567, 3784],
    [3406, -799, -4017, -2276, 2276, 4017, 799, -3406],
    [2896, -2896, -2896, 2896, 2896, -2896, -2896, 2896],
    [2276, -4017, 799, 3406, -3406, -799, 4017, -2276],
    [1567, -3784, 3784, -1567, -1567, 3784, -3784, 1567],
    [799, -2276, 3406, -4017, 4017, -3406, 2276, -799]], np.int64)


def through_jpeg(image: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 3) sRGB -> the same shape."""
    height, width = image.shape[:2]
    rows, columns = -(-height // 16) * 16, -(-width // 16) * 16
    padded = np.pad(image, ((0, rows - height), (0, columns - width), (0, 0)), "edge")
    r, g, b = padded.astype(np.int64).transpose(2, 0, 1)
    y = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16
    cb = (-11059 * r - 21709 * g + 32768 * b + (128 << 16) + 32767) >> 16
    cr = (32768 * r - 27439 * g - 5329 * b + (128 << 16) + 32767) >> 16
    y = blocks(y, LUMINANCE)
    cb, cr = (upsampled(blocks(halved(c), CHROMINANCE)) - 128 for c in (cb, cr))
    rgb = np.stack([y + ((91881 * cr + 32768) >> 16),
                    y + ((-22554 * cb - 46802 * cr + 32768) >> 16),
                    y + ((116130 * cb + 32768) >> 16)], axis=2)
    return rgb.clip(0, 255).astype(np.uint8)[:height, :width]


def halved(plane):
    """Means of 2 x 2, halves rounded down and up in turn from column to column."""
    sums = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
    return (sums + 1 + np.arange(sums.shape[1]) % 2) >> 2


def blocks(plane, table):
    """Each 8 x 8 block transformed, quantized, and transformed back."""
    table = np.maximum((table * QUALITY_SCALE + 50) // 100, 1)
    h, w = plane.shape
    x = plane.reshape(h // 8, 8, w // 8, 8).swapaxes(1, 2) - 128
    exact = COSINES @ x @ COSINES.T
    unit = table << (2 * BITS)
    levels = np.sign(exact) * ((2 * np.abs(exact) + unit) // (2 * unit))
    back = COSINES.T @ (levels * table) @ COSINES
    out = (back + (1 << (2 * BITS - 1)) >> (2 * BITS)) + 128
    return out.clip(0, 255).swapaxes(1, 2).reshape(h, w)


def upsampled(plane):
    """Twice as large: 3/4 of the nearer and 1/4 of the farther sample, down and across."""
    above, below = np.vstack([plane[:1], plane[:-1]]), np.vstack([plane[1:], plane[-1:]])
    tall = np.stack([3 * plane + above, 3 * plane + below], 1).reshape(-1, plane.shape[1])
    left, right = np.hstack([tall[:, :1], tall[:, :-1]]), np.hstack([tall[:, 1:], tall[:, -1:]])
    return np.stack([(3 * tall + left + 8) >> 4, (3 * tall + right + 7) >> 4],
                    2).reshape(len(tall), -1)


def lossy(x, quality):
    """The same losses for many pictures at once, in floating point, for training: float
    (N, 3, S, S) 0..255, S a multiple of 16, and a quality of 1..100 an image."""
    count, _, size, _ = x.shape
    turn = x.new_tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5],
                         [0.5, -0.418688, -0.081312]])
    y, cb, cr = torch.einsum("ij,njhw->nihw", turn, x).unsqueeze(2).unbind(1)
    scale = torch.where(quality < 50, 50 / quality, 2 - quality / 50).view(-1, 1, 1, 1, 1)
    basis = x.new_tensor(COSINES) / (1 << BITS)

    def turned(blocks, matrix):                  # (blocks . matrix)^T: one product for all blocks
        return (blocks @ matrix).transpose(-1, -2)

    def through(plane, table):
        side = plane.shape[-1]
        blocks = plane.reshape(count, side // 8, 8, side // 8, 8).transpose(2, 3) - 128
        steps = (x.new_tensor(table) * scale).round().clamp(1, 255)
        kept = (turned(turned(blocks, basis.T), basis.T) / steps).round() * steps
        return (turned(turned(kept, basis), basis) + 128).transpose(2, 3).reshape(count, 1, side, side)

    y = through(y, LUMINANCE)
    cb, cr = (F.interpolate(through(F.avg_pool2d(c + 128, 2), CHROMINANCE), size=(size, size),
                            mode="bilinear") - 128 for c in (cb, cr))
    return torch.cat([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)
