"""The eight views of a square: quarter turns, and their mirror images.

A reading sums the spike counts of all eight, so it does not depend on how the lesion was turned
in front of the camera. The product makes the same views in the same order.
"""
import numpy as np

COUNT = 8


def views(images: np.ndarray):
    """(N, C, S, S) -> eight arrays of that shape: turned by 0, 90, 180, 270 degrees, then those
    four mirrored left to right."""
    for mirrored in (False, True):
        for quarters in range(4):
            view = np.rot90(images, quarters, axes=(2, 3))
            yield np.ascontiguousarray(view[..., ::-1] if mirrored else view)


def summed(count, images: np.ndarray) -> np.ndarray:
    """int64 (N, 256): spike counts summed over the views. `count` maps images to counts."""
    return sum(count(view).astype(np.int64) for view in views(images))
