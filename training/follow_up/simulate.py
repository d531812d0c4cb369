"""Lesions over years, simulated: no public data set has dates.

A lesion's pictures are what is real: its characters are those of an image of HAM10000, what they differ by
from visit to visit is what two pictures of one of HAM10000's lesions differ by. Growth, visits and cameras
are drawn by the formulas below, which are assumptions and no findings:

- six in ten are stable, their long axis growing by 1 +- 1.5 % a year; a quarter grows slowly, by 5 +- 3 %;
- the others are like that until a day somewhere in the time they are watched; from then on they grow by
  15 to 60 % a year and their characters move towards those of a melanoma's image, half of the way in one
  to three years;
- characters of all drift, by a half of what two pictures differ by in ten years;
- visits: .6 years apart, by a factor of 1.8 either way; one in seven is missed and comes 1 to 3 years later;
- of a long axis an outline's error of 4.7 %, one in ten three times as wide, a scale's of 1 % that stays
  with the camera, which changes one time in ten; one size in four is missing, for want of a scale.
"""
from dataclasses import dataclass

import numpy as np

from .characters import Characters, residuals

MEL, NV = 4, 5                     # positions in sources.CLASSES
MOST = 10                          # visits
STABLE, SLOW, CHANGING = range(3)
SHARES = [0.6, 0.25, 0.15]


@dataclass
class Sequences:
    """`count` visits of N lesions, padded to MOST. years (N, MOST) from the first visit; seen (N, MOST);
    values (N, MOST, 1 + characters): logarithm of the long axis in millimetres, then the characters, NaN
    where a size is missing; kind (N,); onset (N,): years, infinite for what does not change."""
    years: np.ndarray
    seen: np.ndarray
    values: np.ndarray
    kind: np.ndarray
    onset: np.ndarray

    def __len__(self):
        return len(self.kind)

    def take(self, chosen):
        return Sequences(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def simulate(pack: dict, folds, characters: Characters, count: int, seed: int) -> Sequences:
    """`pack`: counts, lesion, label, fold of images; those of `folds` are drawn from."""
    chance = np.random.default_rng(seed)
    own = np.isin(pack["fold"], folds)
    values = characters(pack["counts"][own])
    label = pack["label"][own]
    apart = residuals(values, pack["lesion"][own])
    naevi, melanomas = values[label == NV], values[label == MEL]
    size = values.shape[1]
    kinds = chance.choice(3, count, p=SHARES)
    out = Sequences(np.zeros((count, MOST)), np.zeros((count, MOST), bool),
                    np.full((count, MOST, 1 + size), np.nan), kinds, np.full(count, np.inf))
    for at, kind in enumerate(kinds):
        visits = chance.integers(2, MOST + 1)
        gaps = 0.6 * np.exp(chance.normal(0, np.log(1.8), visits - 1))
        gaps += np.where(chance.random(visits - 1) < 1 / 7, chance.uniform(1, 3, visits - 1), 0)
        years = np.concatenate([[0], np.cumsum(gaps)])
        rate = chance.normal(0.05, 0.03) if kind == SLOW else chance.normal(0.01, 0.015)
        axis = np.log(chance.uniform(2, 8)) + rate * years
        base = naevi[chance.integers(len(naevi))]
        drift = chance.normal(0, 0.5 / 10, size)
        mean = base + years[:, None] * drift
        if kind == CHANGING:
            onset = chance.uniform(0, years[-1])
            since = np.maximum(0, years - onset)
            axis = axis + since * chance.uniform(np.log(1.15), np.log(1.6))
            goal = melanomas[chance.integers(len(melanomas))]
            way = 1 - np.exp2(-since / chance.uniform(1, 3))
            mean = mean + way[:, None] * (goal - base)
            out.onset[at] = onset
        wide = np.where(chance.random(visits) < 0.1, 3, 1)
        camera = np.cumsum(chance.random(visits) < 0.1)
        scales = chance.normal(0, 0.01, camera[-1] + 1)
        axis = axis + 0.047 * wide * chance.normal(size=visits) + scales[camera]
        axis[chance.random(visits) < 0.25] = np.nan
        out.years[at, :visits], out.seen[at, :visits] = years, True
        out.values[at, :visits, 0] = axis
        out.values[at, :visits, 1:] = mean + apart[chance.integers(len(apart), size=visits)]
    return out
