"""Which model of a lesion's course foretells simulated lesions best: python -m follow_up.compare

All are trained on lesions that go on as they did, so that what they expect is that, and a change is what
they do not expect. Characters are fitted on folds 1 and 2 of HAM10000, models on lesions drawn from fold 3,
the recurrent network's epoch and all limits on fold 4, figures on fold 0. That one runs in the product which
on fold 4 finds most of the lesions that change where ALARMS of the others are found. Writes `work/follow-up/figures.json`, and what the
product runs to `--out`. Needs `counts.py` first; ten minutes on one core.
"""
import hashlib
import json
import time

import numpy as np
import torch

import arguments

from . import characters, recurrent
from .counts import MODEL
from .mixed import Mixed
from .simulate import CHANGING, simulate
from .trees import Trees

AXES = [1, 2]                      # folds by which the characters are fitted
SIZES = {"train": ([3], 10000, 1), "choose": ([4], 4000, 2), "report": ([0], 4000, 3)}
ALARMS = 0.05


def newest(sequences):
    """(N,) place of the last visit."""
    return sequences.seen.sum(1) - 1


def scored(sequences, means, variances):
    """Of the newest visits: log density of size and of a character, share of both within the 95 % interval,
    and by lesion how unusual the visit is: the sum of its squared deviations, each by its own spread."""
    at = (np.arange(len(sequences)), newest(sequences))
    y, mean, variance = sequences.values[at], means[at], variances[at]
    z = (y - mean) / np.sqrt(variance)
    density = -0.5 * (np.log(2 * np.pi * variance) + z ** 2)
    inside = np.where(np.isnan(z), np.nan, np.abs(z) <= 1.96)
    known = ~np.isnan(z)
    # What grew counts; what seems smaller is an outline's error.
    grown = np.where(known[:, 0], np.maximum(0, np.nan_to_num(z[:, 0])) ** 2, 0)
    surprise = {"size": grown, "counts": (z[:, 1:] ** 2).sum(1)}
    return {"density": density, "inside": inside, "surprise": surprise,
            "hasSize": known[:, 0] & (newest(sequences) > 0)}


def tail(values, reference):
    """Share of the reference that is at least as large, never nought."""
    order = np.sort(reference)
    return (1 + len(order) - np.searchsorted(order, values, side="left")) / (1 + len(order))


def together(surprise, hasSize, reference, hadSize):
    """How unusual size and counts are at once: the sum of the logarithms of their tails (Fisher), of the
    counts alone where there is no size."""
    size = tail(surprise["size"], reference["size"][hadSize])
    return -np.log(tail(surprise["counts"], reference["counts"])) - np.where(hasSize, np.log(size), 0)


def quiet(sequences):
    return sequences.kind != CHANGING


def figures(report, found, choose, chosen):
    """Of a model: densities and coverage of lesions that do not change; how many of those that do are
    found where ALARMS of the others are, by a limit that was set on fold 4."""
    still, before = quiet(report), quiet(choose)
    fresh = ~still & (report.onset > report.years[np.arange(len(report)), newest(report) - 1])
    out = {"logScoreSize": float(np.nanmean(found["density"][still, 0])),
           "logScoreCharacter": float(np.nanmean(found["density"][still, 1:])),
           "coverageSize": float(np.nanmean(found["inside"][still, 0])),
           "coverageCharacter": float(np.nanmean(found["inside"][still, 1:]))}
    reference = {name: values[before] for name, values in chosen["surprise"].items()}
    had = chosen["hasSize"][before]
    measures = {name: (found["surprise"][name], chosen["surprise"][name]) for name in reference}
    measures["both"] = tuple(together(each["surprise"], each["hasSize"], reference, had)
                             for each in (found, chosen))
    for name, (values, chosen_values) in measures.items():
        limit = np.quantile(chosen_values[before], 1 - ALARMS)
        alarm = values > limit
        out[name] = {"falseAlarms": float(alarm[still].mean()), "found": float(alarm[~still].mean()),
                     "foundFresh": float(alarm[fresh].mean()),
                     "foundLater": float(alarm[~still & ~fresh].mean())}
    # Of every hundredth of the lesions that do not change, how large it was: for the product.
    steps = np.linspace(0, 1, 101)
    quantiles = {"size": np.quantile(reference["size"][had], steps).tolist(),
                 "counts": np.quantile(reference["counts"], steps).tolist(),
                 "both": np.quantile(measures["both"][1][before], steps).tolist()}
    return out, quantiles


def plain(value):
    """Weights as lists with six digits."""
    return np.vectorize(lambda each: float(f"{each:.6g}"))(np.asarray(value, float)).tolist()


def write(folder, axes, mixed, quantiles, result, report):
    """What the product runs, its card, and a few courses with what is expected of them."""
    folder.mkdir(parents=True, exist_ok=True)
    a, b, log_a, log_b, log_e = mixed.numbers.detach().numpy()
    model = {"name": "change-1", "characters": {"mean": plain(axes.mean),
                                                "directions": plain(axes.directions.T)},
             "figures": {"intercept": plain(a), "slope": plain(b), "interceptSd": plain(np.exp(log_a)),
                         "slopeSd": plain(np.exp(log_b)), "errorSd": plain(np.exp(log_e))},
             "quantiles": {name: plain(each) for name, each in quantiles.items()}}
    text = json.dumps(model, separators=(",", ":")) + "\n"
    (folder / "model.json").write_text(text)
    card = {"name": "change-1", "modelSha256": hashlib.sha256(text.encode()).hexdigest(),
            "networkSha256": hashlib.sha256(MODEL.read_bytes()).hexdigest(), "figures": result,
            "data": "Simulated courses: no public images with dates of visits were found. What pictures of one "
                    "lesion differ by is that of HAM10000 (CC BY-NC 4.0, doi.org/10.7910/DVN/DBW86T).",
            "limitations": ["Growth, visits and cameras were simulated; on real courses it was not tested.",
                            "Unusual is not malignant, and usual is not harmless.",
                            "Light, camera and an outline that was drawn otherwise look like a change."],
            "licence": "CC BY-NC 4.0"}
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n")
    some = report.take(np.arange(6))
    means, variances = mixed.predict(some)
    courses = []
    for at in range(len(some)):
        count = int(some.seen[at].sum())
        courses.append({"years": plain(some.years[at, :count]),
                        "values": [[None if np.isnan(each) else float(f"{each:.6g}") for each in row]
                                   for row in some.values[at, :count]],
                        "mean": plain(means[at, count - 1]), "variance": plain(variances[at, count - 1])})
    (folder / "golden.json").write_text(json.dumps(courses, separators=(",", ":")) + "\n")


def main():
    torch.set_num_threads(1)          # these are small
    options = arguments.parser(__doc__, "../models/change-1").parse_args()
    pack = characters.load(options.work)
    train_images = np.isin(pack["fold"], AXES)
    axes = characters.fitted(pack["counts"][train_images], pack["lesion"][train_images])
    drawn = {name: simulate(pack, folds, axes, count, seed)
             for name, (folds, count, seed) in SIZES.items()}
    train, choose, report = drawn["train"], drawn["choose"], drawn["report"]
    still = train.take(quiet(train))
    chosen_still = choose.take(quiet(choose))
    result, models, quantiles = {}, {}, {}
    for name, make in {
        "mixed": lambda: Mixed(train.values.shape[2]).fit(still),
        "trees": lambda: Trees().fit(still),
        "recurrent": lambda: recurrent.fitted(still, chosen_still),
    }.items():
        begun = time.time()
        model = models[name] = make()
        seconds = round(time.time() - begun)
        found, chosen = scored(report, *model.predict(report)), scored(choose, *model.predict(choose))
        result[name], quantiles[name] = figures(report, found, choose, chosen)
        result[name] |= {"secondsToFit": seconds,
                         "foundOnFold4": figures(choose, chosen, choose, chosen)[0]["both"]["found"]}
        print(name, json.dumps(result[name]), flush=True)
    (options.work / "follow-up" / "figures.json").write_text(json.dumps(result, indent=2))
    best = max(result, key=lambda name: result[name]["foundOnFold4"])
    print("best:", best)
    if best != "mixed":
        raise SystemExit(f"The product runs a mixed model, but {best} is better")
    write(options.out, axes, models[best], quantiles[best], result, report)


if __name__ == "__main__":
    main()
