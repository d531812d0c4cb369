"""What turns probabilities into careful advice; everything is chosen on the calibration fold.

- Class-conditional conformal sets (Sadinle, Lei & Wasserman, 2019; split conformal, a threshold a
  class): whatever the true class, the set holds it with the given coverage.
- Familiarity: the Mahalanobis distance under probabilistic principal components (Tipping & Bishop,
  1999) of the square roots of the spike counts (a count's spread grows with its size; that of its
  root does not); images that lie further out than 95 % of the calibration fold are unfamiliar. The
  root was chosen on changed skin images (inverted, channels swapped, pieces exchanged) and noise.
- Referral: the melanoma probability that 95 % of the calibration fold's melanomas reach, and the
  entropy that its least certain tenth exceeds.
"""
import numpy as np

from data import CLASSES
from head import numbers


def conformal_thresholds(p: np.ndarray, labels: np.ndarray, coverage: float) -> np.ndarray:
    """(K,): class c is in the set when p_c >= threshold c. A class with too few images to promise
    the coverage is always in the set (threshold 0)."""
    thresholds = np.zeros(p.shape[1])
    for c in range(p.shape[1]):
        own = np.sort(p[labels == c, c])
        rank = int(np.floor((1 - coverage) * (len(own) + 1)))
        if rank > 0:
            thresholds[c] = own[rank - 1]
    return thresholds


def conformal_sets(p: np.ndarray, thresholds) -> np.ndarray:
    """bool (N, K)."""
    return p >= np.asarray(thresholds)


def fit_familiarity(features: np.ndarray, rank: int) -> dict:
    """Mean, leading principal axes with their variances, and the mean variance of the others."""
    f = features.astype(np.float64)
    mean = f.mean(axis=0)
    variances, axes = np.linalg.eigh(np.cov(f - mean, rowvar=False))
    order = np.argsort(variances)[::-1]
    variances, axes = variances[order], axes[:, order]
    return {"mean": mean, "components": axes[:, :rank].T, "variances": variances[:rank],
            "residualVariance": float(variances[rank:].mean())}


def unfamiliarity(model: dict, features: np.ndarray) -> np.ndarray:
    """(N,) squared distances: sum z_i^2 / v_i over the axes, and the rest over its variance."""
    d = features.astype(np.float64) - model["mean"]
    z = d @ np.asarray(model["components"]).T
    rest = (d ** 2).sum(1) - (z ** 2).sum(1)
    return (z ** 2 / model["variances"]).sum(1) + rest / model["residualVariance"]


def entropy(p: np.ndarray) -> np.ndarray:
    """(N,) in nats."""
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)


def melanoma_threshold(p: np.ndarray, labels: np.ndarray, sensitivity: float) -> float:
    """The highest threshold that at least this share of the melanomas reaches."""
    melanoma = CLASSES.index("mel")
    own = np.sort(p[labels == melanoma, melanoma])
    return float(own[int(np.floor((1 - sensitivity) * len(own)))])


def document(p, labels, train_counts, counts, options) -> dict:
    """The part `calibration` of head.json; p, labels and counts are the calibration fold's."""
    model = fit_familiarity(np.sqrt(train_counts), options["rank"])
    scores = unfamiliarity(model, np.sqrt(counts))
    return {
        "conformal": {
            "coverage": options["coverage"],
            "thresholds": numbers(conformal_thresholds(p, labels, options["coverage"]))},
        "outOfDistribution": {
            "mean": numbers(model["mean"]), "components": numbers(model["components"]),
            "variances": numbers(model["variances"]),
            "residualVariance": model["residualVariance"],
            "threshold": float(np.quantile(scores, 1 - options["skinLost"]))},
        "referral": {
            "melanomaThreshold": melanoma_threshold(p, labels, options["melanomaSensitivity"]),
            "entropyThreshold": float(np.quantile(entropy(p), 1 - options["uncertainShare"]))},
    }


def advice(doc: dict, counts: np.ndarray, p: np.ndarray) -> dict:
    """Arrays (N, ...): conformal `sets`, unfamiliarity `scores`, `melanoma` referral."""
    parts = doc["calibration"]
    return {
        "sets": conformal_sets(p, parts["conformal"]["thresholds"]),
        "scores": unfamiliarity({k: np.asarray(v) for k, v in parts["outOfDistribution"].items()},
                                np.sqrt(counts)),
        "melanoma": p[:, CLASSES.index("mel")] >= parts["referral"]["melanomaThreshold"],
    }
