"""Boosted trees on what a person would work out of the visits before: the last and the mean value, a line
through them, how long ago and how many. The figures' middle and their sixteenths and eighty-fourths of a
hundred are learned apart; a normal distribution is laid through them. One ensemble for sizes, one for all
characters together, since each is measured in its own picture-to-picture spread."""
import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

QUANTILES = [0.16, 0.5, 0.84]


def table(sequences, figure: int):
    """features (M, 8), the last value and the next one (M,), and (lesion, visit) of each row."""
    rows, last, target, places = [], [], [], []
    for lesion in range(len(sequences)):
        known = np.flatnonzero(sequences.seen[lesion] & ~np.isnan(sequences.values[lesion, :, figure]))
        visits = np.flatnonzero(sequences.seen[lesion])
        for visit in visits[1:]:
            before = known[known < visit]
            if len(before) == 0:
                continue
            t, y = sequences.years[lesion, before], sequences.values[lesion, before, figure]
            slope = 0.0 if len(t) < 2 else np.polyfit(t, y, 1)[0]
            now = sequences.years[lesion, visit]
            rows.append([now - t[-1], len(t), now, y[-1] - y.mean(), slope, y[-1] - y[0],
                         y.std(), y[-1] - y[-2] if len(y) > 1 else 0.0])
            last.append(y[-1])
            target.append(sequences.values[lesion, visit, figure])
            places.append((lesion, visit))
    return np.array(rows), np.array(last), np.array(target), np.array(places)


class Trees:
    def fit(self, sequences, seed: int = 1):
        figures = sequences.values.shape[2]
        self.models, self.first = [], []
        for group in ([0], range(1, figures)):
            tables = [table(sequences, figure) for figure in group]
            x = np.concatenate([each[0] for each in tables])
            y = np.concatenate([each[2] - each[1] for each in tables])
            use = ~np.isnan(y)
            self.models.append([
                HistGradientBoostingRegressor(loss="quantile", quantile=quantile, max_iter=150,
                                              learning_rate=0.06, max_leaf_nodes=15, min_samples_leaf=60,
                                              random_state=seed).fit(x[use], y[use])
                for quantile in QUANTILES])
        flat = sequences.values.reshape(-1, figures)
        self.mean, self.variance = np.nanmean(flat, 0), np.nanvar(flat, 0)
        return self

    def predict(self, sequences):
        shape = sequences.values.shape
        means = np.broadcast_to(self.mean, shape).copy()
        variances = np.broadcast_to(self.variance, shape).copy()
        for figure in range(shape[2]):
            x, last, _, places = table(sequences, figure)
            low, middle, high = (model.predict(x) for model in self.models[min(figure, 1)])
            width = np.maximum(1e-3, (high - low) / 2 / 0.99446)
            means[places[:, 0], places[:, 1], figure] = last + (low + middle + high) / 3
            variances[places[:, 0], places[:, 1], figure] = width ** 2
        return means, variances
