"""Frequencies of a few tones by a deep-unrolled network of complex convolutions.

    python -m neighbours.harmonic_retrieval        (in training/)

y = sum of up to three tones and noise, 32 complex samples; frequencies anywhere, closer than the
Fourier transform resolves. With A the tones of a grid of 128 frequencies, b = A^H y is the padded
Fourier transform and A^H A a circular complex convolution on the grid. So an iteration of ISTA
(Daubechies, Defrise & De Mol, 2004), x <- shrink(x + (b - G * x) / L), is a layer of two complex
convolutions and a shrinkage of magnitudes; unrolled (Gregor & LeCun, 2010), its kernels and
thresholds are learned.
"""
import math
import time

import torch
from torch import nn
from torch.nn import functional as F

from neighbours import complex_convolution

SAMPLES, GRID, TONES = 32, 128, 3
LAYERS, WIDTH, STEPS, BATCH = 8, 31, 800, 128
NOISE = 0.1   # 20 dB below a tone of amplitude 1
SEED, TEST = 1, 2000


def signals(count, random):
    """(y, frequency, amplitude): complex (N, 32); cycles a sample and complex, (N, 3). One to three
    tones, neighbours 0.6 to 2 Fourier bins apart, up to 6 dB weaker; an absent one has amplitude 0."""
    def uniform(low, high, *shape):
        return low + (high - low) * torch.rand(*shape, generator=random)
    gaps = uniform(0.6, 2, count, TONES) / SAMPLES
    frequency = (uniform(0, 1, count, 1) + gaps.cumsum(1)) % 1
    amplitude = torch.polar(uniform(0.5, 1, count, TONES), uniform(0, 2 * math.pi, count, TONES))
    present = torch.randint(1, TONES + 1, (count, 1), generator=random)
    amplitude = amplitude * (torch.arange(TONES) < present)
    noise = torch.randn(count, SAMPLES, 2, generator=random) * NOISE / math.sqrt(2)
    return tones(frequency, amplitude) + torch.view_as_complex(noise), frequency, amplitude


def tones(frequency, amplitude):
    phase = 2 * math.pi * frequency[:, :, None] * torch.arange(SAMPLES)
    return (amplitude[:, :, None] * torch.polar(torch.ones_like(phase), phase)).sum(1)


def spectrum(y):
    """b = A^H y / 32, complex (N, 1, 128)."""
    return torch.fft.fft(y, GRID, dim=1)[:, None] / SAMPLES


def kernel_of_grid():
    """G = A^H A / 32 as a circular kernel, centred: complex (1, 1, 128)."""
    column = spectrum(torch.ones(1, SAMPLES, dtype=torch.complex64))
    return column.flip(-1).roll(GRID // 2 + 1, -1)   # G[j] = column[64 - j]


def circular(x, kernel):
    """Complex circular convolution, by a real one."""
    size = kernel.shape[-1]
    padded = F.pad(complex_convolution.parts(x), (size // 2, size - 1 - size // 2), "circular")
    return complex_convolution.whole(F.conv1d(padded, complex_convolution.lowered(kernel)))


def shrink(x, threshold):
    """Magnitudes less the threshold, down to zero; phases stay."""
    magnitude = x.abs()
    return x * (F.relu(magnitude - threshold) / magnitude.clamp(min=1e-9))


def ista(b, iterations, threshold=0.02):
    """The plain iteration, 1 / L = 32 / 128. Complex (N, 1, 128)."""
    x, kernel, step = torch.zeros_like(b), kernel_of_grid(), SAMPLES / GRID
    for _ in range(iterations):
        x = shrink(x + step * (b - circular(x, kernel)), threshold * step)
    return x


class Unrolled(nn.Module):
    """LAYERS iterations, each with kernels of WIDTH and a threshold of its own; they begin as
    ISTA's, cut to that width."""

    def __init__(self):
        super().__init__()
        step, middle = SAMPLES / GRID, WIDTH // 2
        unit = torch.zeros(1, 1, WIDTH, dtype=torch.complex64)
        unit[..., middle] = 1
        near = kernel_of_grid()[..., GRID // 2 - middle:GRID // 2 + middle + 1]
        self.past = self.repeated(unit - step * near)
        self.given = self.repeated(step * unit)
        self.threshold = nn.Parameter(torch.full((LAYERS,), 0.02 * step))

    @staticmethod
    def repeated(kernel):
        return nn.Parameter(torch.view_as_real(kernel).repeat(LAYERS, 1, 1, 1, 1))

    def forward(self, b):
        x = torch.zeros_like(b)
        for past, given, threshold in zip(self.past, self.given, self.threshold):
            x = shrink(circular(x, torch.view_as_complex(past))
                       + circular(b, torch.view_as_complex(given)), threshold)
        return x


def target(frequency, amplitude):
    """The magnitudes to be found: a bump of one grid step for each tone, (N, 128)."""
    apart = (torch.arange(GRID) - frequency[:, :, None] * GRID + GRID / 2) % GRID - GRID / 2
    return (amplitude.abs()[:, :, None] * torch.exp(-apart ** 2 / 2)).sum(1)


def trained():
    torch.manual_seed(SEED)
    random, net = torch.Generator().manual_seed(SEED), Unrolled()
    optimizer = torch.optim.Adam(net.parameters(), 5e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        y, frequency, amplitude = signals(BATCH, random)
        optimizer.zero_grad()
        F.mse_loss(net(spectrum(y))[:, 0].abs(), target(frequency, amplitude)).backward()
        optimizer.step()
        schedule.step()
    return net


def peaks(magnitude, count):
    """Frequencies of the `count` highest local maxima, refined by a parabola."""
    left, right = magnitude.roll(1), magnitude.roll(-1)
    height = torch.where((magnitude >= left) & (magnitude > right), magnitude, -1.0)
    at = height.topk(count).indices
    at = at[height[at] > 0]
    bend = left[at] - 2 * magnitude[at] + right[at]
    return ((at + 0.5 * (left[at] - right[at]) / bend) / GRID) % 1


def matrix_pencil(y, count):
    """Hua & Sarkar, 1990: shift invariance of the signal space of a Hankel matrix."""
    space = torch.linalg.svd(y.unfold(0, SAMPLES // 2, 1).T.contiguous())[0][:, :count]
    turned = torch.linalg.lstsq(space[:-1], space[1:]).solution
    return (torch.linalg.eigvals(turned).angle() / (2 * math.pi)) % 1


def found(estimates, frequency, amplitude):
    """(share of tones within a quarter of a Fourier bin, root mean square error of those in bins)."""
    hits, squares, total = 0, 0.0, 0
    for guess, tone, strength in zip(estimates, frequency, amplitude):
        tone, free = tone[strength.abs() > 0], list(guess.tolist())
        total += len(tone)
        for each in tone.tolist():
            apart = [abs((each - other + 0.5) % 1 - 0.5) * SAMPLES for other in free]
            if apart and min(apart) < 0.25:
                hits, squares = hits + 1, squares + min(apart) ** 2
                free.pop(apart.index(min(apart)))
    return hits / total, math.sqrt(squares / max(hits, 1))


def check():
    """Asserts that the convolution on the grid is A^H A, and the real network the complex one."""
    random = torch.Generator().manual_seed(0)
    x = torch.view_as_complex(torch.randn(3, 1, GRID, 2, generator=random))
    grid = torch.polar(torch.ones(GRID, SAMPLES),
                       2 * math.pi / GRID * torch.outer(torch.arange(GRID), torch.arange(SAMPLES)))
    expected = x @ grid @ grid.conj().T / SAMPLES
    assert torch.allclose(circular(x, kernel_of_grid()), expected, atol=1e-4)
    kernel = torch.view_as_complex(torch.randn(2, 1, 31, 2, generator=random))
    direct = F.conv1d(torch.cat([x[..., -15:], x, x[..., :15]], -1), kernel)
    assert torch.allclose(circular(x, kernel), direct, atol=1e-4)


def main():
    torch.set_num_threads(1)
    complex_convolution.check()
    check()
    began = time.process_time()
    net = trained()
    seconds = time.process_time() - began
    y, frequency, amplitude = signals(TEST, torch.Generator().manual_seed(SEED + 1))
    count = (amplitude.abs() > 0).sum(1).tolist()
    with torch.no_grad():
        b = spectrum(y)
        spectra = {"Fourier transform": b, f"ISTA, {LAYERS} iterations": ista(b, LAYERS),
                   "ISTA, 300 iterations": ista(b, 300), f"unrolled, {LAYERS} layers": net(b)}
        estimates = {name: [peaks(each, n) for each, n in zip(x[:, 0].abs(), count)]
                     for name, x in spectra.items()}
    estimates["matrix pencil"] = [matrix_pencil(each, n) for each, n in zip(y, count)]
    print("| | tones found | error of those, in Fourier bins |")
    print("|---|---|---|")
    for name, each in estimates.items():
        share, error = found(each, frequency, amplitude)
        print(f"| {name} | {share:.3f} | {error:.3f} |")
    print(f"{sum(p.numel() for p in net.parameters()):,} learned numbers, {seconds:.0f} CPU seconds "
          f"to learn them, {TEST} signals with {sum(count)} tones")


if __name__ == "__main__":
    main()
