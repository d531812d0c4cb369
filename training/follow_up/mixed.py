"""A mixed linear model: each lesion has an intercept and a slope of its own, drawn from a normal
distribution, and a visit an error; each figure by itself. Six numbers a figure, by maximum likelihood."""
import numpy as np
import torch

import follow_up.simulate as simulate


class Mixed:
    """By figure (D,): mean and standard deviation of intercept and slope, and of a visit's error."""

    def __init__(self, figures: int):
        self.numbers = torch.zeros(5, figures, dtype=torch.float64, requires_grad=True)

    def predictions(self, years, seen, values):
        """mean, variance (N, V, D) of each visit by those before it: the exact posterior of intercept
        and slope, updated visit by visit (a Kalman filter of a state that does not move)."""
        a, b, log_a, log_b, log_e = self.numbers
        shape = (len(years), values.shape[2])
        m = [a.expand(shape), b.expand(shape)]
        p = [torch.exp(2 * log_a).expand(shape), torch.zeros(shape, dtype=torch.float64),
             torch.exp(2 * log_b).expand(shape)]
        error = torch.exp(2 * log_e)
        means, variances = [], []
        for visit in range(years.shape[1]):
            t = years[:, visit, None]
            mean = m[0] + t * m[1]
            variance = p[0] + 2 * t * p[1] + t * t * p[2] + error
            means.append(mean)
            variances.append(variance)
            y = values[:, visit]
            known = seen[:, visit, None] & ~torch.isnan(y)
            rest = torch.where(known, torch.nan_to_num(y) - mean, torch.zeros(()).double())
            share = known / variance
            gain = [(p[0] + t * p[1]) * share, (p[1] + t * p[2]) * share]
            along = [p[0] + t * p[1], p[1] + t * p[2]]
            m = [m[0] + gain[0] * rest, m[1] + gain[1] * rest]
            p = [p[0] - gain[0] * along[0], p[1] - gain[0] * along[1], p[2] - gain[1] * along[1]]
        return torch.stack(means, 1), torch.stack(variances, 1)

    def fit(self, sequences: simulate.Sequences, steps: int = 60):
        years, seen, values = tensors(sequences)
        flat = values.reshape(-1, values.shape[2])
        with torch.no_grad():
            self.numbers[0] = torch.nanmean(flat, 0)
            spread = torch.from_numpy(np.nanstd(flat.numpy(), 0))
            self.numbers[2] = torch.log(spread)
            self.numbers[3] = torch.log(spread / 20)
            self.numbers[4] = torch.log(spread / 5)
        optimizer = torch.optim.LBFGS([self.numbers], max_iter=steps, line_search_fn="strong_wolfe")

        def loss():
            optimizer.zero_grad()
            total = negative_log(values, *self.predictions(years, seen, values), seen)
            total.backward()
            return total

        optimizer.step(loss)
        return self

    def predict(self, sequences):
        with torch.no_grad():
            means, variances = self.predictions(*tensors(sequences))
        return means.numpy(), variances.numpy()


def tensors(sequences: simulate.Sequences):
    return (torch.from_numpy(sequences.years), torch.from_numpy(sequences.seen),
            torch.from_numpy(sequences.values))


def negative_log(values, means, variances, seen):
    """Mean negative logarithm of the densities of all figures that were observed, the first visits' too."""
    known = seen[:, :, None] & ~torch.isnan(values)
    rest = torch.where(known, torch.nan_to_num(values) - means, torch.zeros((), dtype=values.dtype))
    each = 0.5 * (torch.log(2 * np.pi * variances) + rest ** 2 / variances)
    return torch.where(known, each, torch.zeros((), dtype=values.dtype)).sum() / known.sum()
