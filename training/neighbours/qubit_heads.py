"""Heads of simulated qubits beside classical ones on the shipped counts.

    python -m neighbours.qubit_heads --data ../shared/data --work work        (in training/)

All heads are shown the same principal coordinates of the shipped network's features and are fitted
in the same way: HAM10000's folds 1 to 3, classes drawn alike, as many steps. Each head of qubits has
a classical twin with exactly as many numbers to learn. Measured on fold 4, by lesion.
"""
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import arguments as cli
import export
import head as head_of_model
import metrics
import sources
from neighbours import circuit

NAME = "qana-4"
SHIPPED = Path(__file__).resolve().parents[2] / "models" / NAME
SEEDS, STEPS, BATCH, RATE = (1, 2, 3), 400, 1024, 0.01
MELANOMA = sources.CLASSES.index("mel")


def shipped(data: Path, work: Path):
    """The shipped head's document; the counts that it reads, int64 (N, 256), of every image of every
    source; their table. Counts by the product's engine where `work` has no counts yet."""
    folder, document = work / NAME, json.loads((SHIPPED / "head.json").read_text())
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "backbone.onnx").exists():
        shutil.copyfile(SHIPPED / "backbone.onnx", folder / "backbone.onnx")
    if export.sha256((folder / "backbone.onnx").read_bytes()) != document["networkSha256"]:
        raise ValueError(f"{folder} holds another network than {SHIPPED}: name another --work")
    if not (folder / "counts.npy").exists():
        program = Path(__file__).resolve().parents[1] / "quantize.py"
        subprocess.run([sys.executable, program, NAME, "--data", data, "--work", work], check=True)
    counts = np.load(folder / "counts.npy", mmap_mode="r")
    summed = counts[:, :document["views"]].astype(np.int64).sum(axis=1)
    return document, summed, sources.load(data, work).table


def amplitudes(x, spread):
    """(N, 256) of length 1: a constant, which gives the coordinates a sign, and 255 of them in their
    own scale."""
    constant = torch.full((len(x), 1), float(spread.norm()))
    return F.normalize(torch.cat([constant, x[:, :255] * spread], 1), dim=1)


class QubitCnn(nn.Module):
    """Cong, Choi & Lukin, "Quantum convolutional neural networks", 2019, on eight qubits.

    Twice: two convolutions (one unitary each, on all neighbours), and a pooling
    unitary after which every second qubit is ignored; a last unitary on the two that remain, whose 15
    expectations are read linearly. 7 x 15 angles and 7 x 16 weights: 217.
    """

    def __init__(self, spread):
        super().__init__()
        self.register_buffer("spread", spread)
        self.angles = nn.Parameter(0.3 * torch.randn(7, 15))
        self.read = nn.Linear(15, len(sources.CLASSES))

    def unitary(self):
        """(256, 256): what the circuit makes of each basis state, as rows."""
        gates = [circuit.two_qubit(angles) for angles in self.angles]
        state = torch.eye(256, dtype=torch.complex64).view(256, *[2] * 8)
        alive = list(range(8))
        for first, second, pool in (gates[0:3], gates[3:6]):
            ring = alive + alive[:1]
            for gate, start in ((first, 0), (second, 1)):
                for at in range(start, len(alive), 2):
                    state = circuit.apply(state, gate, [ring[at], ring[at + 1]])
            for at in range(0, len(alive), 2):
                state = circuit.apply(state, pool, [alive[at], alive[at + 1]])
            alive = alive[::2]
        return circuit.apply(state, gates[6], alive).reshape(256, 256), alive

    def forward(self, x):
        unitary, alive = self.unitary()
        state = (amplitudes(x, self.spread).to(unitary.dtype) @ unitary).view(-1, *[2] * 8)
        return self.read(circuit.expectations_pair(state, alive))


class QubitFilter(nn.Module):
    """Liu, Lim, Wood, Huang, Guo & Huang, "Hybrid quantum-classical convolutional neural networks",
    2021: a circuit of four qubits is the filter that slides over 64 coordinates, four by four. A
    coordinate is an angle; two rounds of rotations about y and z and a ring of CNOTs; four
    expectations a place, read linearly. 16 angles and 7 x 65 weights: 471.
    """

    def __init__(self):
        super().__init__()
        self.angles = nn.Parameter(0.3 * torch.randn(2, 4, 2))
        self.read = nn.Linear(64, len(sources.CLASSES))

    def forward(self, x):
        state = circuit.encoded(x[:, :64].reshape(-1, 4))
        for angles in self.angles:
            for qubit, (y, z) in enumerate(angles):
                gate = circuit.rotation_z(z) @ circuit.rotation_y(y)
                state = circuit.apply(state, gate, [qubit])
            for qubit in range(4):
                state = circuit.apply(state, circuit.CNOT, [qubit, (qubit + 1) % 4])
        return self.read(circuit.expectations_z(state).view(len(x), 64))


class ClassicalFilter(nn.Module):
    """The twin of QubitFilter: a 4 x 4 matrix and tanh in the circuit's place. 16 + 7 x 65: 471."""

    def __init__(self):
        super().__init__()
        self.filter = nn.Linear(4, 4, bias=False)
        self.read = nn.Linear(64, len(sources.CLASSES))

    def forward(self, x):
        return self.read(torch.tanh(self.filter(x[:, :64].view(len(x), 16, 4))).flatten(1))


class Linear(nn.Module):
    """The first coordinates, read linearly. Of 30 it has 7 x 31 weights: 217, as QubitCnn."""

    def __init__(self, width):
        super().__init__()
        self.width, self.read = width, nn.Linear(width, len(sources.CLASSES))

    def forward(self, x):
        return self.read(x[:, :self.width])


class Amplitudes(Linear):
    """The same of the amplitudes that QubitCnn is given, times 16: what they are worth by themselves."""

    def __init__(self, width, spread):
        super().__init__(width)
        self.register_buffer("spread", spread)

    def forward(self, x):
        return super().forward(16 * amplitudes(x, self.spread)[:, 1:])


def fitted(build, x, labels, seed):
    """A head after STEPS batches in which all classes are drawn alike."""
    torch.manual_seed(seed)
    head = build()
    weights = (1 / torch.bincount(labels).float())[labels]
    optimizer = torch.optim.AdamW(head.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        chosen = torch.multinomial(weights, BATCH, True)
        optimizer.zero_grad()
        F.cross_entropy(head(x[chosen]), labels[chosen]).backward()
        optimizer.step()
        schedule.step()
    return head


def figures(p, labels, weights):
    """[balanced accuracy, AUROC of melanoma] of images that count `weights` times each."""
    right = p.argmax(1) == labels
    recall = [np.average(right[labels == c], weights=weights[labels == c])
              for c in range(p.shape[1]) if weights[labels == c].sum() > 0]
    repeated = np.repeat(np.arange(len(labels)), weights)
    return np.array([np.mean(recall),
                     metrics.auroc(p[repeated, MELANOMA], labels[repeated] == MELANOMA)])


def intervals(heads, labels, lesions, pairs, draws=500):
    """By head its figures, and by pair the 95 % interval of the difference, both as means over
    seeds. heads: name -> list of probabilities; lesions are drawn with replacement."""
    def of(weights):
        return {name: np.mean([figures(p, labels, weights) for p in each], axis=0)
                for name, each in heads.items()}
    chance, (_, index) = np.random.default_rng(0), np.unique(lesions, return_inverse=True)
    lesion_count = index.max() + 1
    drawn = [of(np.bincount(chance.integers(0, lesion_count, lesion_count),
                            minlength=lesion_count)[index]) for _ in range(draws)]
    return of(np.ones(len(labels), int)), {
        (a, b): np.percentile([each[a] - each[b] for each in drawn], [2.5, 97.5], axis=0)
        for a, b in pairs}


def main():
    arguments, config = cli.parse(cli.parser(__doc__.splitlines()[0]))
    torch.set_num_threads(1)
    circuit.check()
    document, counts, table = shipped(arguments.data, arguments.work)
    values = counts * np.array(document["featureScale"]) + np.array(document["featureOffset"])
    train, test = (table.at_home(config["folds"][use]) for use in ("train", "choose"))
    mean = values[train].mean(0)
    _, singular, axes = np.linalg.svd(values[train] - mean, full_matrices=False)
    spread = singular / np.sqrt(len(train))
    x = torch.from_numpy((values - mean) @ axes.T / spread).float()
    spread = torch.from_numpy(spread[:255]).float()
    labels = torch.from_numpy(table.label)

    builders = {
        "QCNN, 8 qubits": lambda: QubitCnn(spread),
        "its twin: 30 of its amplitudes, linear": lambda: Amplitudes(30, spread),
        "30 coordinates, linear": lambda: Linear(30),
        "QCCNN, 4 qubits": QubitFilter,
        "its twin: a 4 × 4 matrix and tanh": ClassicalFilter,
        "all 256 coordinates, linear": lambda: Linear(256)}
    heads, sizes, seconds = {}, {}, {}
    for name, build in builders.items():
        began, heads[name] = time.process_time(), []
        for seed in SEEDS:
            head = fitted(build, x[train], labels[train], seed)
            with torch.no_grad():
                heads[name].append(metrics.softmax(head(x[test]).numpy()))
        sizes[name] = sum(each.numel() for each in head.parameters())
        seconds[name] = (time.process_time() - began) / len(SEEDS)
        print(name, file=sys.stderr, flush=True)
    names = list(builders)
    pairs = [(names[0], names[1]), (names[0], names[2]), (names[3], names[4])]
    assert all(sizes[a] == sizes[b] for a, b in pairs), sizes
    reference = "the shipped head, whose decision was chosen on this fold"
    heads[reference] = [head_of_model.probabilities(document, counts[test])]
    sizes[reference] = sum(np.size(part[kind]) for part in
                           [*document["squeezeExcitation"].values(), document["classifier"]]
                           for kind in ("weights", "bias"))
    result, differences = intervals(heads, table.label[test], table.group[test], pairs)
    print("| head | learned numbers | balanced accuracy | melanoma AUROC | CPU seconds to fit |")
    print("|---|---|---|---|---|")
    for name in heads:
        cost = f"{seconds[name]:.0f}" if name in seconds else ""
        print(f"| {name} | {sizes[name]:,} | {result[name][0]:.3f} | {result[name][1]:.3f} | {cost} |")
    for (a, b), (low, high) in differences.items():
        middle = result[a] - result[b]
        print(f"{a} less {b}: balanced accuracy {middle[0]:+.3f} ({low[0]:+.3f} to "
              f"{high[0]:+.3f}), melanoma AUROC {middle[1]:+.3f} ({low[1]:+.3f} to {high[1]:+.3f})")
    print(f"{len(train)} images fitted, {len(test)} measured, of "
          f"{len(np.unique(table.group[test]))} lesions")


if __name__ == "__main__":
    main()
