"""Spike counts -> a few characters of a lesion that differ little between two pictures of it.

Roots of the counts, for the spread of a count grows with it; then the directions in which lesions differ
most for what pictures of one lesion differ by (Fisher's discriminant, a lesion a class), scaled so that
one picture of a lesion has a variance of 1 in each. Pictures by which they were fitted differ by less than
others, so what they differ by is measured on lesions of other folds.
"""
from pathlib import Path

import numpy as np

COUNT = 8
RIDGE = 0.01                       # of the mean variance within lesions


def load(work: Path) -> dict:
    """counts (N, 256), lesion, label, fold: what `counts.py` made."""
    path = Path(work) / "follow-up" / "counts.npz"
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: run python -m follow_up.counts first")
    with np.load(path) as kept:
        return {name: kept[name] for name in kept.files}


def residuals(values: np.ndarray, lesion: np.ndarray) -> np.ndarray:
    """(M, D) of the images of lesions with several: from their mean, by n / (n - 1) as wide."""
    names, place, count = np.unique(lesion, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, place, values)
    several = count[place] > 1
    n = count[place][several, None]
    return (values[several] - sums[place][several] / n) * np.sqrt(n / (n - 1))


class Characters:
    """mean (256,), directions (256, COUNT)."""

    def __init__(self, mean: np.ndarray, directions: np.ndarray):
        self.mean, self.directions = mean, directions

    def __call__(self, counts: np.ndarray) -> np.ndarray:
        return (np.sqrt(counts) - self.mean) @ self.directions


def fitted(counts: np.ndarray, lesion: np.ndarray) -> Characters:
    values = np.sqrt(counts)
    mean = values.mean(0)
    apart = residuals(values, lesion)
    within = apart.T @ apart / len(apart)
    within += RIDGE * np.trace(within) / len(within) * np.eye(len(within))
    root = np.linalg.inv(np.linalg.cholesky(within))
    spread, vectors = np.linalg.eigh(root @ np.cov(values.T) @ root.T)
    directions = root.T @ vectors[:, ::-1][:, :COUNT]
    scale = np.sqrt((apart @ directions).var(0))
    return Characters(mean, directions / scale)
