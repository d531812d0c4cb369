"""The host-side head: the trained one on the integer backbone's counts, then calibrated.

feature = count * featureScale + featureOffset        (counts summed over the views of `views.py`)
gate    = sigmoid(expand . relu(reduce . feature + b) + b);  z = feature * gate
logits  = classifier . z + bias;  p = softmax((logits + priorAdjustment) / temperature)
"""
import numpy as np
import torch

import metrics
import model as network
from data import CLASSES

VERSION = 4
NAMES = {
    "akiec": "Actinic keratosis / intraepithelial carcinoma",
    "bcc": "Basal cell carcinoma",
    "bkl": "Benign keratosis (seborrhoeic keratosis, solar lentigo, lichen-planus-like keratosis)",
    "df": "Dermatofibroma",
    "mel": "Melanoma",
    "nv": "Melanocytic naevus",
    "vasc": "Vascular lesion",
}

GRAVITY = {
    "akiec": "pre-malignant", "bcc": "malignant", "bkl": "benign", "df": "benign",
    "mel": "malignant", "nv": "benign", "vasc": "benign",
}


def align_counts(counts, activity, fallback, mean, variance, epsilon):
    """featureScale, featureOffset, float64 (256,) each.

    Channel by channel, the least-squares line from the integer count to the float network's
    activity (it corrects the quantization's bias), then the trained normalisation.
    counts, activity: (N, 256); fallback: the Dequantizer's scales, for channels that never vary.
    """
    c, a = counts.astype(np.float64), activity.astype(np.float64)
    spread = c.var(axis=0)
    slope = ((c - c.mean(0)) * (a - a.mean(0))).mean(0) / np.maximum(spread, 1e-12)
    varies = (spread > 1e-3) & (slope > 0)
    slope = np.where(varies, slope, fallback)
    shift = np.where(varies, a.mean(0) - slope * c.mean(0), 0.0)
    deviation = np.sqrt(variance.astype(np.float64) + epsilon)
    return slope / deviation, (shift - mean.astype(np.float64)) / deviation


@torch.no_grad()
def logits_of(head, features) -> np.ndarray:
    """float64 (N, 7)."""
    return head(torch.from_numpy(features).float()).double().numpy()


def balanced_log_loss(logits, labels) -> float:
    """Mean over classes of the mean log loss, at the temperature that is best for it."""
    shares = np.bincount(labels, minlength=len(CLASSES))
    weights = 1.0 / (shares[labels] * len(CLASSES))
    return min(log_loss(logits / t, labels, weights) for t in np.geomspace(0.4, 2.5, 22))


def log_loss(logits, labels, weights=None) -> float:
    p = metrics.softmax(logits)[np.arange(len(labels)), labels]
    return float(np.average(-np.log(np.maximum(p, 1e-12)), weights=weights))


def choose_decision(logits, labels, class_prior, options):
    """priorAdjustment (7,) and the figures that chose it, on the choosing fold.

    One family with two numbers, so that rare classes cannot be overfitted:
    adjustment = strength * log(training prior) + bonus for melanoma. Of all those, the one whose
    worst figure is furthest above its goal.
    """
    melanoma, goals, best = CLASSES.index("mel"), options["goals"], None
    for strength in np.arange(0, 1.0001, 0.05):
        for bonus in np.arange(-0.5, 2.0001, 0.1):
            adjustment = strength * np.log(class_prior)
            adjustment = adjustment - adjustment.mean()
            adjustment[melanoma] += bonus
            matrix = metrics.confusion_matrix(logits + adjustment, labels)
            hits, truth, named = np.diag(matrix), matrix.sum(1), matrix.sum(0)
            figures = {"accuracy": hits.sum() / truth.sum(),
                       "balancedAccuracy": (hits / truth).mean(),
                       "macroF1": (2 * hits / (truth + named)).mean(),
                       "melanomaRecall": (hits / truth)[melanoma]}
            score = min(figures[name] - goal for name, goal in goals.items())
            if best is None or score > best[0]:
                best = (score, adjustment, {"strength": float(round(strength, 2)),
                                            "melanomaBonus": float(round(bonus, 2)),
                                            "margin": float(round(score, 4))})
    return best[1], best[2]


def choose_temperature(logits, labels) -> float:
    """The temperature with the least log loss (Guo et al., 2017), to three decimals."""
    grid = np.round(np.geomspace(0.2, 5.0, 600), 3)
    return float(min(grid, key=lambda t: log_loss(logits / t, labels)))


def numbers(array) -> list:
    """Nested lists of decimals with nine significant digits, those of the trained float32."""
    array = np.asarray(array, np.float64)
    if array.ndim > 1:
        return [numbers(row) for row in array]
    return [float(f"{value:.9g}") for value in array]


def classes() -> list:
    return [{"code": code, "name": NAMES[code], "gravity": GRAVITY[code]} for code in CLASSES]


def document(name, network_sha256, views, scale, offset, head, temperature, adjustment) -> dict:
    """The content of head.json."""
    state = {k: v.double().numpy() for k, v in head.state_dict().items()}
    return {
        "format": "dermaspike-head", "version": VERSION, "name": name,
        "networkSha256": network_sha256,
        "views": views,
        "classes": classes(),
        "featureScale": numbers(scale),
        "featureOffset": numbers(offset),
        "squeezeExcitation": {
            "reduce": {"weights": numbers(state["reduce.weight"]),
                       "bias": numbers(state["reduce.bias"])},
            "expand": {"weights": numbers(state["expand.weight"]),
                       "bias": numbers(state["expand.bias"])},
        },
        "classifier": {"weights": numbers(state["classifier.weight"]),
                       "bias": numbers(state["classifier.bias"])},
        "temperature": float(temperature),
        "priorAdjustment": numbers(adjustment),
        "licence": "CC BY-NC 4.0",
    }


def probabilities(doc: dict, counts: np.ndarray) -> np.ndarray:
    """float64 (N, 7) from head.json's content and integer counts (N, 256), as the product does."""
    reduce, expand = (doc["squeezeExcitation"][k] for k in ("reduce", "expand"))
    f = counts.astype(np.float64) * np.array(doc["featureScale"]) + np.array(doc["featureOffset"])
    hidden = np.maximum(f @ np.array(reduce["weights"]).T + np.array(reduce["bias"]), 0)
    gate = 1 / (1 + np.exp(-(hidden @ np.array(expand["weights"]).T + np.array(expand["bias"]))))
    logits = (f * gate) @ np.array(doc["classifier"]["weights"]).T \
        + np.array(doc["classifier"]["bias"])
    return metrics.softmax((logits + np.array(doc["priorAdjustment"])) / doc["temperature"])
