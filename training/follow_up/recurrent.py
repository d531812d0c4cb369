"""A continuous-time recurrent network: between visits its state moves by itself, each part with a time
constant of its own that the state chooses, and a visit changes it by gates.

Between visits, in closed form: h(t + d) = h* + (h - h*) exp(-d / tau), with h* and tau from the state
before (Hasani et al., "Closed-form continuous-time neural networks", Nat Mach Intell 2022, in its plainest
form); at a visit a gated recurrent unit (Cho et al., 2014) with a mask of what is missing (Che et al.,
GRU-D, 2018). Out come a mean, added to the last that was seen, and a variance for each figure.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from .mixed import negative_log, tensors

STATE, EPOCHS, BATCH = 48, 30, 128


class Recurrent(nn.Module):
    def __init__(self, figures: int):
        super().__init__()
        self.register_buffer("centre", torch.zeros(figures))
        self.register_buffer("spread", torch.ones(figures))
        self.rest = nn.Linear(STATE, STATE)
        self.pace = nn.Linear(STATE, STATE)
        self.cell = nn.GRUCell(3 * figures, STATE)
        self.out = nn.Sequential(nn.Linear(STATE + figures + 1, 64), nn.SiLU(),
                                 nn.Linear(64, 2 * figures))

    def forward(self, years, seen, values):
        x = (values - self.centre) / self.spread
        known = seen[:, :, None] & ~torch.isnan(x)
        x = torch.nan_to_num(x)
        h = torch.zeros(len(x), STATE)
        last, before = torch.zeros_like(x[:, 0]), torch.zeros(len(x), 1)
        ever = torch.zeros_like(x[:, 0])
        means, variances = [], []
        for visit in range(x.shape[1]):
            gap = (years[:, visit, None] - before).clamp(min=0)
            pace = F.softplus(self.pace(h))
            goal = torch.tanh(self.rest(h))
            h = goal + (h - goal) * torch.exp(-gap * pace)
            mean, log = self.out(torch.cat([h, ever, gap], 1)).chunk(2, 1)
            means.append((last + mean) * self.spread + self.centre)
            variances.append(torch.exp(2 * log.clamp(-5, 3)) * self.spread ** 2)
            now = known[:, visit]
            told = torch.cat([x[:, visit], now.float(), (x[:, visit] - last) * now], 1)
            h_next = self.cell(told, h)
            h = torch.where(seen[:, visit, None], h_next, h)
            last = torch.where(now, x[:, visit], last)
            ever = torch.where(now, torch.ones_like(ever), ever)
            before = torch.where(seen[:, visit, None], years[:, visit, None], before)
        return torch.stack(means, 1), torch.stack(variances, 1)

    def predict(self, sequences):
        with torch.no_grad():
            means, variances = self(*single(sequences))
        return means.double().numpy(), variances.double().numpy()


def single(sequences):
    """The tensors in single precision."""
    return [each.float() if each.dtype == torch.float64 else each for each in tensors(sequences)]


def fitted(train, choose, seed: int = 1, epochs: int = EPOCHS):
    """The network of the epoch that was best on `choose`."""
    torch.manual_seed(seed)
    years, seen, values = single(train)
    held = single(choose)
    network = Recurrent(values.shape[2])
    flat = values.reshape(-1, values.shape[2]).numpy()
    network.centre.copy_(torch.from_numpy(np.nanmean(flat, 0)))
    network.spread.copy_(torch.from_numpy(np.nanstd(flat, 0)))
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=1e-4)
    steps = epochs * -(-len(values) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, steps)
    best, kept = np.inf, None
    for epoch in range(epochs):
        network.train()
        for part in torch.randperm(len(values)).split(BATCH):
            optimizer.zero_grad()
            loss = negative_log(values[part], *network(years[part], seen[part], values[part]), seen[part])
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1)
            optimizer.step()
            schedule.step()
        network.eval()
        with torch.no_grad():
            now = float(negative_log(held[2], *network(*held), held[1]))
        if now < best:
            best, kept = now, {name: value.clone() for name, value in network.state_dict().items()}
        if epoch % 10 == 9:
            print(f"  epoch {epoch + 1}: {now:.4f}", flush=True)
    network.load_state_dict(kept)
    return network.eval()
