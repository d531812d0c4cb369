"""Figures of a classifier, from probabilities (N, K) and labels (N,), in float64."""
import numpy as np

from data import CLASSES


def softmax(logits: np.ndarray) -> np.ndarray:
    """Row-wise softmax in float64."""
    z = np.asarray(logits, np.float64)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def confusion_matrix(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """int64 (K, K): rows are the truth, columns argmax of p."""
    k = p.shape[1]
    return np.bincount(labels * k + p.argmax(axis=1), minlength=k * k).reshape(k, k)


def auroc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Area under the ROC curve as the Mann-Whitney statistic; ties count one half."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[inverse]
    n = int(positive.sum())
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(scores) - n)))


def calibration_error(p: np.ndarray, labels: np.ndarray, bins: int = 15) -> float:
    """Expected calibration error: equal-width bins on the top-1 confidence (Guo et al., 2017)."""
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        inside = index == b
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return float(error)


def summary(p: np.ndarray, labels: np.ndarray, rounded: bool = False) -> dict:
    """The figures of a model card; recall by class code. Decision: argmax of p."""
    matrix = confusion_matrix(p, labels)
    hits, truth, named = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    recall = hits / np.maximum(truth, 1)
    f1 = 2 * hits / np.maximum(truth + named, 1)
    aurocs = [auroc(p[:, c], labels == c) for c in range(p.shape[1])]
    figures = {
        "count": int(len(labels)),
        "accuracy": float(hits.sum() / len(labels)),
        "balancedAccuracy": float(recall.mean()),
        "macroF1": float(f1.mean()),
        "macroAuc": float(np.mean(aurocs)),
        "ece": calibration_error(p, labels),
        "recall": {code: float(r) for code, r in zip(CLASSES, recall)},
    }
    if rounded:
        figures = {k: round(v, 4) if isinstance(v, float) else v for k, v in figures.items()}
        figures["recall"] = {k: round(v, 3) for k, v in figures["recall"].items()}
    return figures
