"""The figures of a model card, with intervals by bootstrap over lesions, and by subgroup."""
import numpy as np

import metrics
from calibrate import GRAVE
from data import CLASSES

HEADLINE = ("accuracy", "balancedAccuracy", "macroF1", "macroAuc", "ece")


def headline(p, labels) -> dict:
    """What is resampled: one number a figure, and the recall of each class."""
    summary = metrics.summary(p, labels)
    return {k: summary[k] for k in HEADLINE} | {
        f"recall.{code}": value for code, value in summary["recall"].items()}


def resamples(lesions: np.ndarray, count: int, seed: int):
    """Index arrays: whole lesions drawn with replacement."""
    chance = np.random.default_rng(seed)
    _, group = np.unique(lesions, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max() + 2))
    for _ in range(count):
        drawn = chance.integers(0, group.max() + 1, group.max() + 1)
        yield np.concatenate([order[starts[g]:starts[g + 1]] for g in drawn])


def intervals(figures, lesions, count, seed, *arrays) -> dict:
    """name -> [2.5 %, 97.5 %] of `figures(*arrays)` over the resamples. A resample that lacks a
    class tells nothing of it and is left out for that figure."""
    rows = []
    for index in resamples(lesions, count, seed):
        with np.errstate(invalid="ignore", divide="ignore"):
            try:
                rows.append(figures(*(a[index] for a in arrays)))
            except ZeroDivisionError:
                continue
    return {name: [round(float(v), 4) for v in
                   np.nanquantile([row[name] for row in rows], (0.025, 0.975))]
            for name in rows[0]}


def reliability(p, labels, bins=15) -> list:
    """Of each occupied bin of the top-1 confidence: mean confidence, accuracy, count."""
    confidence, correct = p.max(axis=1), p.argmax(axis=1) == labels
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    return [{"confidence": round(float(confidence[index == b].mean()), 4),
             "accuracy": round(float(correct[index == b].mean()), 4),
             "count": int((index == b).sum())} for b in range(bins) if (index == b).any()]


def referral(refer, labels) -> dict:
    """Sensitivity of melanoma's operating point, and its specificity among everything else."""
    melanoma = labels == CLASSES.index("mel")
    return {"sensitivity": float(refer[melanoma].mean()),
            "specificity": float((~refer[~melanoma]).mean())}


def verdict(kinds, labels) -> dict:
    """As the product's `src/cli/verdict-metrics.ts`: malignant and pre-malignant images against
    benign ones, and the share of each class that is suspicious or unclear."""
    grave = np.isin(labels, GRAVE)
    found, suspicious = np.isin(kinds, ["suspicious", "unclear"]), kinds == "suspicious"
    return {"sensitivity": float(found[grave].mean()),
            "specificity": float((kinds == "no-sign")[~grave].mean()),
            "suspicious.sensitivity": float(suspicious[grave].mean()),
            "suspicious.specificity": float((~suspicious)[~grave].mean())} | {
            f"found.{code}": float(found[labels == c].mean())
            for c, code in enumerate(CLASSES) if (labels == c).any()}


def verdict_counts(kinds, labels, names) -> dict:
    return {code: {name: int(((labels == c) & (kinds == name)).sum()) for name in names}
            for c, code in enumerate(CLASSES)}


def conformal(sets, labels) -> dict:
    """Coverage over all images and of each class, mean size of the sets, share of empty ones."""
    held = sets[np.arange(len(labels)), labels]
    return {"coverage": float(held.mean()), "meanSetSize": float(sets.sum(axis=1).mean()),
            "empty": float((~sets.any(axis=1)).mean())} | {
            f"coverage.{code}": float(held[labels == c].mean())
            for c, code in enumerate(CLASSES) if (labels == c).any()}


def age_band(age: float) -> str:
    if np.isnan(age):
        return "unknown"
    decade = int(age) // 20 * 20
    return f"{decade}-{decade + 19}" if decade < 80 else "80 and over"


def subgroups(p, labels, table, members, least=30) -> list:
    """Accuracy, balanced accuracy (over the classes that occur) and melanoma recall by body site,
    sex and age band of the images `members`; groups of fewer than `least` images are told by their
    count alone."""
    melanoma, found = CLASSES.index("mel"), []
    keys = {"localization": table.site[members], "sex": table.sex[members],
            "age": [age_band(age) for age in table.age[members]]}
    right = p.argmax(axis=1) == labels
    for by, values in keys.items():
        values = np.array(values)
        for group in sorted(set(values)):
            inside = values == group
            entry = {"by": by, "group": str(group), "count": int(inside.sum()), "accuracy": None,
                     "balancedAccuracy": None, "melanomaRecall": None}
            if inside.sum() >= least:
                present = [c for c in range(len(CLASSES)) if (inside & (labels == c)).any()]
                recalls = [right[inside & (labels == c)].mean() for c in present]
                entry["accuracy"] = round(float(right[inside].mean()), 4)
                entry["balancedAccuracy"] = round(float(np.mean(recalls)), 4)
                melanomas = inside & (labels == melanoma)
                if melanomas.sum() >= 5:
                    entry["melanomaRecall"] = round(float(right[melanomas].mean()), 4)
            found.append(entry)
    return found
