"""What turns probabilities into careful advice; everything is chosen on the calibration fold.

- Class-conditional conformal sets (Sadinle, Lei & Wasserman, 2019; split conformal, a threshold a
  class): whatever the true class, the set holds it with the given coverage. All sources count, an
  image from home as much as `homeWeight` others (weighted conformal prediction; Tibshirani, Barber,
  Candès & Ramdas, 2019): thresholds from home alone cover too little abroad, those of all alike
  make the sets at home larger than they need be.
- Familiarity: the Mahalanobis distance under probabilistic principal components (Tipping & Bishop,
  1999) of the square roots of the spike counts (a count's spread grows with its size; that of its
  root does not); images that lie further out than 95 % of the calibration fold at home are unfamiliar. The
  root was chosen on changed skin images (inverted, channels swapped, pieces exchanged) and noise.
  To it comes the Mahalanobis distance of what the image looks like (`appearance`), each in units of
  its median over the training images, the latter's divided by `appearanceWeight`. Fitted to all
  sources: fitted to home alone, 58 % of another hospital's images would be unfamiliar.
- Operating points of suspicion: the probability of malignancy (the malignant and pre-malignant
  classes together) that this share of the calibration fold's malignant and pre-malignant images
  reach, and the highest probability of melanoma at which, beside malignancy at its point and a most
  probable class that is malignant, as many of its melanomas are suspicious: 96 %, so that 95 % can be
  expected of other lesions.
- The entropy that the least certain tenth of the fold exceeds.
"""
import numpy as np

from data import CLASSES
from head import GRAVITY, numbers


def conformal_thresholds(p: np.ndarray, labels: np.ndarray, weights: np.ndarray,
                         coverage: float) -> np.ndarray:
    """(K,): class c is in the set when p_c >= threshold c. weights: (N,), the largest is what the
    image to come counts for. A class with too few images to promise the coverage is always in the
    set (threshold 0)."""
    thresholds = np.zeros(p.shape[1])
    for c in range(p.shape[1]):
        own = labels == c
        order = np.argsort(p[own, c], kind="stable")
        below = np.cumsum(weights[own][order])
        rank = int(np.searchsorted(below, (1 - coverage) * (weights[own].sum() + weights.max()),
                                   side="right"))
        if rank > 0:
            thresholds[c] = p[own, c][order[rank - 1]]
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


def count_distance(model: dict, features: np.ndarray) -> np.ndarray:
    """(N,) squared distances: sum z_i^2 / v_i over the axes, and the rest over its variance."""
    d = features.astype(np.float64) - model["mean"]
    z = d @ np.asarray(model["components"]).T
    rest = (d ** 2).sum(1) - (z ** 2).sum(1)
    return (z ** 2 / model["variances"]).sum(1) + rest / model["residualVariance"]


PAIRS = [(0, 1), (0, 2), (1, 2)]


def appearance(images: np.ndarray) -> np.ndarray:
    """uint8 (N, 3, S, S) -> float64 (N, 13): the numbers of the product's `src/imaging/appearance.ts`."""
    return np.concatenate([_appearance(images[at:at + 256].astype(np.int64))
                           for at in range(0, len(images), 256)])


def _appearance(x):
    count, _, size, _ = x.shape
    pixels, margin = size * size, max(1, size // 4)
    inner = (size - 2 * margin) ** 2
    flat, total = x.reshape(count, 3, pixels), x.sum(axis=(2, 3))
    middle = x[:, :, margin:size - margin, margin:size - margin].sum(axis=(2, 3))

    def covariance(a, b):
        product = (flat[:, a] * flat[:, b]).sum(axis=1)
        return (pixels * product - total[:, a] * total[:, b]) / (pixels * pixels)

    variance = [covariance(c, c) for c in range(3)]
    grey = x.sum(axis=1)
    steps = np.abs(np.diff(grey, axis=1)).sum((1, 2)) + np.abs(np.diff(grey, axis=2)).sum((1, 2))
    correlation = [covariance(a, b) / np.sqrt(variance[a] * variance[b] + 1) for a, b in PAIRS]
    return np.stack(
        [total[:, c] / (pixels * 255) for c in range(3)]
        + [np.sqrt(v) / 255 for v in variance]
        + [np.sqrt(np.maximum(0, 1 - r)) for r in correlation]
        + [np.sqrt(steps / (size * (size - 1) * 2 * 3 * 255))]
        + [middle[:, c] / (inner * 255)
           - (total[:, c] - middle[:, c]) / ((pixels - inner) * 255) for c in range(3)], axis=1)


def fit_appearance(seen: np.ndarray) -> dict:
    """Mean, inverse covariance and median squared distance of `appearance` numbers."""
    model = {"mean": seen.mean(axis=0), "precision": np.linalg.inv(np.cov(seen, rowvar=False))}
    return model | {"scale": float(np.median(strangeness(model, seen)))}


def strangeness(model: dict, seen: np.ndarray) -> np.ndarray:
    """(N,) squared Mahalanobis distances."""
    d = seen - np.asarray(model["mean"])
    return np.einsum("ni,ij,nj->n", d, np.asarray(model["precision"]), d)


def unfamiliarity(outside: dict, counts: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """(N,): both distances, each in units of its median over the training images."""
    model = {k: np.asarray(v) for k, v in outside.items() if k not in ("appearance", "threshold")}
    return count_distance(model, np.sqrt(counts)) / outside["scale"] \
        + strangeness(outside["appearance"], seen) / outside["appearance"]["scale"]


def entropy(p: np.ndarray) -> np.ndarray:
    """(N,) in nats."""
    return -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1)


GRAVE = [c for c, code in enumerate(CLASSES) if GRAVITY[code] != "benign"]


def reached_by(scores: np.ndarray, share: float) -> float:
    """The highest value, cut to six decimals, that at least this share of the scores reaches."""
    value = np.sort(scores)[int(np.floor((1 - share) * len(scores)))]
    return float(np.floor(value * 1e6) / 1e6)


def operating_points(p: np.ndarray, labels: np.ndarray, sensitivity: float) -> dict:
    """From which probability on melanoma, and malignancy as a whole, are suspicious."""
    melanoma = CLASSES.index("mel")
    malignancy = p[:, GRAVE].sum(axis=1)
    point = reached_by(malignancy[np.isin(labels, GRAVE)], sensitivity)
    already = (malignancy >= point) | np.isin(p.argmax(axis=1), GRAVE)
    own = np.where(already, 1.0, p[:, melanoma])[labels == melanoma]
    return {"melanomaThreshold": reached_by(own, sensitivity), "malignancyThreshold": point}


def document(p, labels, at_home, train, chosen, options) -> dict:
    """The part `calibration` of head.json.

    p, labels, at_home (N, ...): the choosing fold's images of all sources, and which are from home,
    where operating points and entropy are set. train and chosen: (counts, appearance) of the
    training folds' images and of these.
    """
    model = fit_familiarity(np.sqrt(train[0]), options["rank"])
    seen = fit_appearance(train[1])
    outside = {
        "mean": numbers(model["mean"]), "components": numbers(model["components"]),
        "variances": numbers(model["variances"]),
        "residualVariance": model["residualVariance"],
        "scale": float(np.median(count_distance(model, np.sqrt(train[0])))),
        "appearance": {"mean": numbers(seen["mean"]), "precision": numbers(seen["precision"]),
                       "scale": seen["scale"] / options["appearanceWeight"]}}
    scores = unfamiliarity(outside, *chosen)
    weights = np.where(at_home, float(options["homeWeight"]), 1.0)
    return {
        "conformal": {
            "coverage": options["coverage"],
            "thresholds": numbers(conformal_thresholds(p, labels, weights, options["coverage"]))},
        "outOfDistribution": outside | {
            "threshold": float(np.quantile(scores[at_home], 1 - options["skinLost"]))},
        "referral": {
            **operating_points(p[at_home], labels[at_home], options["sensitivity"]),
            "entropyThreshold": float(np.quantile(entropy(p[at_home]),
                                                  1 - options["uncertainShare"]))},
    }


def advice(doc: dict, counts: np.ndarray, seen: np.ndarray, p: np.ndarray) -> dict:
    """Arrays (N, ...): conformal `sets`, unfamiliarity `scores`, `melanoma` at its point."""
    parts = doc["calibration"]
    return {
        "sets": conformal_sets(p, parts["conformal"]["thresholds"]),
        "scores": unfamiliarity(parts["outOfDistribution"], counts, seen),
        "melanoma": p[:, CLASSES.index("mel")] >= parts["referral"]["melanomaThreshold"],
    }
