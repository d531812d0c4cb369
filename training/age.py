"""What the patient's age adds to an image's reading: python age.py NAME --data ../shared/data --work work

Writes `age.json` beside a model folder's `head.json`, for which it is made. How common each class is
at an age, by a logistic regression on age and its square over the training folds of all sources, each
source with its own intercepts and the same weight; what that says beyond the class's share at home
is added, at a strength chosen on the choosing fold at home together with a temperature, to the
logarithm of the image's own probabilities:

    x = (min(max(age, from), to) - middle) / unit
    p = softmax((ln p_image + offset + linear x + square (x^2 - 1)) / temperature)

Prints what age, sex and both would win on the choosing fold. Only age is kept; see README.md.
"""
import json

import numpy as np
import torch

import arguments as cli
import export
import figures
import head as heads
import metrics
import sources
from documents import write_json

VERSION = 1
MIDDLE, UNIT, FROM, TO = 50, 20, 0, 85
LEAST = 1e-12       # a probability is taken as at least this much
RIDGE = 1e-3
STRENGTHS = np.arange(0.05, 1.26, 0.05)


def scaled(age) -> np.ndarray:
    return (np.clip(age, FROM, TO) - MIDDLE) / UNIT


def terms(table, members, with_age=True, with_sex=False) -> np.ndarray:
    """(N, T); age must be known, sex counts nothing where it is not."""
    x = scaled(table.age[members])
    sex = (table.sex[members] == "male") * 0.5 - (table.sex[members] == "female") * 0.5
    columns = ([x, x ** 2 - 1] if with_age else []) + ([sex] if with_sex else []) \
        + ([sex * x] if with_age and with_sex else [])
    return np.stack(columns, axis=1)


def of_known_age(table, members) -> np.ndarray:
    return members[~np.isnan(table.age[members])]


def fit(table, members, **what):
    """(7,) offsets and (T, 7) weights: logarithm of how much more common than at home over all ages
    a class is, up to a constant that all classes share."""
    came, labels = table.source[members], table.label[members]
    present = np.unique(came)
    design = torch.from_numpy(np.concatenate(
        [(came[:, None] == present).astype(np.float64), terms(table, members, **what)], axis=1))
    truth = torch.from_numpy(labels)
    weights = torch.from_numpy(1 / (np.bincount(came)[came] * len(present)))
    found = torch.zeros(design.shape[1], len(sources.CLASSES), dtype=torch.double,
                        requires_grad=True)
    optimiser = torch.optim.LBFGS([found], max_iter=300, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        each = torch.nn.functional.cross_entropy(design @ found, truth, reduction="none")
        # A source without a class would send its intercept to minus infinity.
        value = (weights * each).sum() + RIDGE * (found[len(present):] ** 2).sum() \
            + RIDGE / 100 * (found[:len(present)] ** 2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    found = found.detach().numpy()
    at_home = sources.SOURCES.index("ham")
    shares = np.bincount(labels[came == at_home], minlength=len(sources.CLASSES)) \
        / (came == at_home).sum()
    return found[np.flatnonzero(present == at_home)[0]] - np.log(shares), found[len(present):]


def choose(log_p, said, labels):
    """Strength and temperature with the least log loss; `said` (N, 7) is what age says."""
    found = []
    for strength in STRENGTHS:
        logits = log_p + strength * said
        temperature = heads.choose_temperature(logits, labels)
        found.append((heads.log_loss(logits / temperature, labels), strength, temperature))
    return min(found)[1:]


def document(doc, head_sha256, strength, temperature, offset, weights) -> dict:
    """The content of age.json."""
    linear, square = weights
    return {
        "format": "dermaspike-age", "version": VERSION, "name": f"{doc['name']} with age",
        "networkSha256": doc["networkSha256"], "headSha256": head_sha256,
        "classes": [each["code"] for each in doc["classes"]],
        "age": {"middle": MIDDLE, "unit": UNIT, "from": FROM, "to": TO},
        "offset": heads.numbers(strength * offset), "linear": heads.numbers(strength * linear),
        "square": heads.numbers(strength * square), "temperature": temperature,
        "licence": doc["licence"],
    }


def log_probabilities(p) -> np.ndarray:
    return np.log(np.maximum(p, LEAST))


def with_age(age_doc: dict, p: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """float64 (N, 7) from the image's own probabilities and ages in years, as the product does."""
    span = age_doc["age"]
    x = (np.clip(ages, span["from"], span["to"]) - span["middle"]) / span["unit"]
    offset, linear, square = (np.array(age_doc[k]) for k in ("offset", "linear", "square"))
    said = offset + np.outer(x, linear) + np.outer(x ** 2 - 1, square)
    return metrics.softmax((log_probabilities(p) + said) / age_doc["temperature"])


def measured(p, labels) -> dict:
    melanoma = sources.CLASSES.index("mel")
    summary = metrics.summary(p, labels)
    return {k: summary[k] for k in figures.HEADLINE} | {
        "melanomaRecall": summary["recall"]["mel"],
        "melanomaAuroc": metrics.auroc(p[:, melanoma], labels == melanoma)}


def evidence(age_doc, p, labels, ages, lesions, bootstrap) -> dict:
    """Of the images whose age is known: figures of the image alone, with age, and the 95 % interval of
    their differences by bootstrap over lesions. p (N, 7): the image's own probabilities."""
    known = ~np.isnan(ages)
    alone, labels = p[known], labels[known]
    both = with_age(age_doc, alone, ages[known])

    def gains(without, added, truth):
        before, after = measured(without, truth), measured(added, truth)
        return {k: after[k] - before[k] for k in after}

    def rounded(found):
        return {k: round(v, 4) for k, v in found.items()}

    return {"count": int(known.sum()), "alone": rounded(measured(alone, labels)),
            "withAge": rounded(measured(both, labels)),
            "gains": figures.intervals(gains, lesions[known], *bootstrap, alone, both, labels)}


def main():
    options = cli.parser(__doc__, "../models/qana-4")
    options.add_argument("name")
    arguments, config = cli.parse(options)
    spec = config["course"]["options"] | config["course"]["networks"][arguments.name]
    content = (arguments.out / "head.json").read_bytes()
    doc = json.loads(content)
    table = sources.load(arguments.data, arguments.work).table
    counts = np.load(arguments.work / arguments.name / "counts.npy", mmap_mode="r")
    trained = of_known_age(table, table.members(spec["folds"]))
    chosen = of_known_age(table, table.at_home(config["folds"]["choose"]))
    labels = table.label[chosen]
    p = heads.probabilities(doc, counts[chosen, :doc["views"]].astype(np.int64).sum(axis=1))

    def told(name, probabilities, strength=None):
        shown = metrics.summary(probabilities, labels)
        print(name, "" if strength is None else f"strength {strength:.2f}",
              {k: round(shown[k], 4) for k in ("accuracy", "balancedAccuracy", "macroF1",
                                               "macroAuc", "ece")},
              "log loss", round(heads.log_loss(np.log(probabilities), labels), 4))

    told("image alone", p)
    for name, what in (("sex", {"with_age": False, "with_sex": True}),
                       ("age and sex", {"with_sex": True}), ("age", {})):
        offset, weights = fit(table, trained, **what)
        said = offset + terms(table, chosen, **what) @ weights
        strength, temperature = choose(log_probabilities(p), said, labels)
        told(name, metrics.softmax((log_probabilities(p) + strength * said) / temperature),
             strength)
    write_json(arguments.out / "age.json", document(doc, export.sha256(content), strength,
                                                    temperature, offset, weights))


if __name__ == "__main__":
    main()
