"""Can the source be told from what the network counts? python shortcut.py NAME --data … --work …

Sources differ in what they show, so their classes are kept apart: of each class, a logistic regression
tells two sources' images from each other, by their spike counts, by the seven logits that the head
makes of them, and, as a control, with the sources shuffled. Learned on the training folds, measured on
the choosing fold: AUROC, .5 where the source cannot be told beyond what the class explains.
"""
import json

import numpy as np
import torch

import arguments as cli
import head as heads
import metrics
import sources

LEAST = 20          # images of a class and a source on the choosing fold
RIDGES = (1e-4, 1e-3, 1e-2, 1e-1)


def logistic(x, y, ridge):
    """Weights (D + 1,), the last one the intercept; both sides weigh the same."""
    design = torch.from_numpy(np.concatenate([x, np.ones((len(x), 1))], axis=1))
    truth = torch.from_numpy(y.astype(np.float64))
    each = torch.where(truth > 0, 0.5 / truth.sum(), 0.5 / (1 - truth).sum())
    found = torch.zeros(design.shape[1], dtype=torch.double, requires_grad=True)
    optimiser = torch.optim.LBFGS([found], max_iter=100, line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(
            design @ found, truth, weight=each, reduction="sum") + ridge * (found[:-1] ** 2).sum()
        value.backward()
        return value

    optimiser.step(loss)
    return found.detach().numpy()


def told_apart(features, is_other, groups, learn, measure, chance) -> float:
    """AUROC on `measure`; the ridge is the best of a third of the lesions of `learn`."""
    middle, spread = features[learn].mean(axis=0), features[learn].std(axis=0) + 1e-9
    x = (features - middle) / spread
    aside = np.isin(groups, chance.choice(np.unique(groups[learn]),
                                          len(np.unique(groups[learn])) // 3, replace=False))
    inner, outer = learn[~aside[learn]], learn[aside[learn]]

    def score(weights, of):
        return metrics.auroc(x[of] @ weights[:-1], is_other[of])

    ridge = max(RIDGES, key=lambda r: score(logistic(x[inner], is_other[inner], r), outer))
    return score(logistic(x[learn], is_other[learn], ridge), measure)


def main():
    options = cli.parser(__doc__, "../models/qana-4")
    options.add_argument("name")
    arguments, config = cli.parse(options)
    spec = config["course"]["options"] | config["course"]["networks"][arguments.name]
    doc = json.loads((arguments.out / "head.json").read_bytes())
    table = sources.load(arguments.data, arguments.work).table
    each = np.load(arguments.work / arguments.name / "counts.npy", mmap_mode="r")
    counts = each[:, :doc["views"]].astype(np.int64).sum(axis=1)
    kinds = {"counts": np.sqrt(counts),
             "logits": np.log(np.maximum(heads.probabilities(doc, counts), 1e-12))}
    print("| home against | class | images | counts | logits | counts, sources shuffled |")
    print("|---|---|---|---|---|---|")
    for other in sources.SOURCES[1:]:
        rows = []
        for code in sources.CLASSES:
            learn, measure = (table.members(folds, ["ham", other], [code])
                              for folds in (spec["folds"], config["folds"]["choose"]))
            is_other = table.source == sources.SOURCES.index(other)
            if min(is_other[measure].sum(), (~is_other[measure]).sum()) < LEAST:
                continue
            chance = np.random.default_rng(spec["seed"])
            found = [told_apart(x, is_other, table.group, learn, measure, chance)
                     for x in kinds.values()]
            both = np.concatenate([learn, measure])
            shuffled = is_other.copy()
            shuffled[both] = chance.permutation(is_other[both])
            found.append(told_apart(kinds["counts"], shuffled, table.group, learn, measure, chance))
            rows.append((len(measure), found))
            print(f"| {other} | {code} | {len(measure)} | "
                  + " | ".join(f"{value:.3f}" for value in found) + " |", flush=True)
        mean = np.average([found for _, found in rows], axis=0, weights=[n for n, _ in rows])
        print(f"| {other} | all | {sum(n for n, _ in rows)} | "
              + " | ".join(f"{value:.3f}" for value in mean) + " |", flush=True)


if __name__ == "__main__":
    main()
