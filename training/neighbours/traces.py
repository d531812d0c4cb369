"""Seizures in synthetic one-channel traces by a small network in the product's own engine.

    python -m neighbours.traces        (in training/; needs quantizeml and Node)

A trace is an image of one row: 4 seconds at 128 Hz are 1 x 1 x 512 bytes, and a convolution of one
dimension is one whose kernel has one row. Trained in float, quantized to 8 bits by quantizeml, read
by `npm run -s cli -- infer`; onnxruntime must give the same. Line length and band power are the
plain baselines. Thresholds: one for all patients, or one a patient, from ten minutes of that
patient's own without a seizure. The traces are drawn by a formula and are no patient's.
"""
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn
from torch.nn import functional as F

import export
import integer
import metrics

RATE, LENGTH = 128, 512            # Hz; samples of a window of 4 s
GAIN = 3.0                         # microvolts of one step of the byte
TRAIN, TEST = 24, 16               # patients
QUIET, SEIZING, COMMISSION = 300, 60, 150     # windows of a patient; 150 are ten minutes
ALARMS = 0.01                      # share of quiet windows that the threshold lets through
STEPS, BATCH, SEED = 400, 128, 1
ROOT = Path(__file__).resolve().parents[2]


def background(count, patient, chance):
    """1/f noise with an alpha rhythm; in a fifth of the windows a muscle burst or slow movement."""
    f = np.fft.rfftfreq(LENGTH, 1 / RATE)
    noise = chance.normal(size=(2, count, len(f)))
    noise = np.fft.irfft((noise[0] + 1j * noise[1]) / np.maximum(f, 0.5), LENGTH)
    t = np.arange(LENGTH) / RATE
    alpha = (chance.uniform(0, 1, (count, 1))
             * np.sin(2 * np.pi * (patient["alpha"] * t + chance.uniform(0, 1, (count, 1)))))
    trace = noise / noise.std(1, keepdims=True) + 0.7 * alpha
    for at in np.flatnonzero(chance.random(count) < 0.2):
        start, width = chance.integers(0, LENGTH // 2), chance.integers(LENGTH // 8, LENGTH // 2)
        burst = (chance.normal(size=width) if chance.random() < 0.5
                 else 2 * np.sin(np.pi * np.arange(width) / width * chance.integers(1, 4)))
        trace[at, start:start + width] += chance.uniform(1, 3) * burst
    return trace


def discharges(count, patient, chance):
    """Spike and wave at 2.5 to 5 a second, slowing down, from the window's first half on."""
    t, trace = np.arange(LENGTH) / RATE, np.zeros((count, LENGTH))
    for at in range(count):
        rate = patient["rhythm"] * chance.uniform(0.9, 1.1)
        phase = (chance.random() + rate * t * (1 - 0.03 * t)) % 1
        shape = (2.2 * np.exp(-((phase - 0.2) / 0.05) ** 2)
                 - np.exp(-((phase - 0.55) / 0.18) ** 2))
        trace[at] = shape * chance.uniform(0.7, 1.3) * (t >= chance.uniform(0, 2))
    return trace


def recordings(patients, chance):
    """(traces in microvolts (P, QUIET + SEIZING, 512), seizure bool (QUIET + SEIZING,))."""
    traces = []
    for _ in range(patients):
        patient = {"scale": np.exp(chance.normal(np.log(30), 0.5)), "alpha": chance.uniform(8, 12),
                   "rhythm": chance.uniform(2.5, 5), "strength": chance.uniform(0.6, 1.6)}
        trace = background(QUIET + SEIZING, patient, chance)
        trace[QUIET:] += patient["strength"] * discharges(SEIZING, patient, chance)
        traces.append(trace * patient["scale"])
    return np.stack(traces), np.arange(QUIET + SEIZING) >= QUIET


def as_bytes(traces):
    """uint8 (N, 1, 1, 512): 128 is 0 microvolts, a step is GAIN."""
    x = np.clip(np.rint(traces.reshape(-1, LENGTH) / GAIN) + 128, 0, 255)
    return x.astype(np.uint8)[:, None, None]


class Network(nn.Module):
    """Four strided convolutions along the row, their activities summed, one linear output."""

    WIDTHS = (1, 8, 16, 16, 32)

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(a, b, (1, 7), (1, 2), (0, 3))
                                    for a, b in zip(self.WIDTHS, self.WIDTHS[1:]))
        self.last = nn.Linear(self.WIDTHS[-1], 1)

    def forward(self, x):
        x = (x - 128) / 32
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.last(x.mean((2, 3)))[:, 0]

    @torch.no_grad()
    def float_onnx(self):
        """As `export.float_onnx`: the centring is in the graph, so that it is folded."""
        writer = export.GraphWriter()
        x = writer.add("Add", "centred", ["image", writer.constant(
            "offset", np.full((1, 1, 1, 1), -128, np.float32))])
        x = writer.add("Mul", "scaled", [x, writer.constant(
            "scale", np.full((1, 1, 1, 1), 1 / 32, np.float32))])
        for index, layer in enumerate(self.layers):
            x = writer.add("Conv", f"conv{index}", [
                x, writer.constant(f"w{index}", layer.weight.numpy()),
                writer.constant(f"b{index}", layer.bias.numpy())],
                kernel_shape=[1, 7], strides=[1, 2], pads=[0, 3, 0, 3])
            x = writer.add("Relu", f"relu{index}", [x])
        x = writer.add("Flatten", "flat", [writer.add("GlobalAveragePool", "counts", [x])])
        x = writer.add("Gemm", "seizure", [x, writer.constant("w", self.last.weight.numpy()),
                                           writer.constant("b", self.last.bias.numpy())], transB=1)
        graph = helper.make_graph(
            writer.nodes, "traces",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 1, LENGTH])],
            [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", 1])], writer.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)


def trained(traces, seizure):
    """Gains are drawn anew for each window, so that the network learns shapes, not volumes."""
    torch.manual_seed(SEED)
    net, chance = Network(), np.random.default_rng(SEED)
    flat, labels = traces.reshape(-1, LENGTH), np.tile(seizure, len(traces))
    groups = [np.flatnonzero(labels == value) for value in (False, True)]
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        chosen = np.concatenate([chance.choice(group, BATCH // 2) for group in groups])
        gains = np.exp(chance.normal(0, 0.4, (BATCH, 1)))
        x = torch.from_numpy(as_bytes(flat[chosen] * gains)).float()
        optimizer.zero_grad()
        loss = F.binary_cross_entropy_with_logits(net(x), torch.from_numpy(labels[chosen]).float())
        loss.backward()
        optimizer.step()
        schedule.step()
    return net.eval()


def by_engine(quantized, images):
    """The network's output, float32 (N,), by the product's engine."""
    with tempfile.TemporaryDirectory() as folder:
        model, x, y = (Path(folder) / name for name in ("model.onnx", "x.npy", "y.npy"))
        onnx.save(quantized, model)
        np.save(x, images)
        subprocess.run(["npm", "run", "-s", "cli", "--", "infer", "--model", model, "--input", x,
                        "--output", y], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return np.load(y).reshape(-1)


def line_length(traces):
    return np.abs(np.diff(traces)).sum(-1)


def band_power(traces):
    """Log power of 2.5 to 12 Hz, where the discharges and their first harmonics lie."""
    power = np.abs(np.fft.rfft(traces * np.hanning(LENGTH))) ** 2
    f = np.fft.rfftfreq(LENGTH, 1 / RATE)
    return np.log(power[..., (f >= 2.5) & (f <= 12)].sum(-1))


def relative_band_power(traces):
    """The same against the power of the whole window: no volume in it."""
    return band_power(traces) - np.log((np.abs(np.fft.rfft(traces * np.hanning(LENGTH))) ** 2).sum(-1))


def row(name, known, scores, seizure):
    """known (TRAIN, W), scores (TEST, W). Thresholds: a quantile of the training patients' quiet
    windows, or of the patient's own first COMMISSION ones; measured on what comes after them."""
    later = np.arange(scores.shape[1]) >= COMMISSION
    auroc = np.mean([metrics.auroc(each[later], seizure[later]) for each in scores])
    cells = [f"{auroc:.3f}"]
    for threshold in (np.full(len(scores), np.quantile(known[:, ~seizure], 1 - ALARMS)),
                      np.quantile(scores[:, :COMMISSION], 1 - ALARMS, axis=1)):
        above = scores > threshold[:, None]
        sensitivity = above[:, seizure].mean(1)
        hourly = above[:, later & ~seizure].mean(1) * 3600 * RATE / LENGTH
        cells += [f"{sensitivity.mean():.2f} ({sensitivity.min():.2f})",
                  f"{hourly.mean():.0f} ({hourly.max():.0f})"]
    print(f"| {name} | {' | '.join(cells)} |")


def main():
    torch.set_num_threads(1)
    chance = np.random.default_rng(SEED)
    known, seizure = recordings(TRAIN, chance)
    traces, _ = recordings(TEST, chance)
    began = time.process_time()
    net = trained(known, seizure)
    seconds = time.process_time() - began
    samples = as_bytes(known)[::17]
    quantized = export.quantize(net.float_onnx(), samples)
    images = as_bytes(np.concatenate([known, traces]))
    scores = by_engine(quantized, images)
    assert np.array_equal(scores[-500:], onnxruntime_of(quantized, images[-500:]))
    scores = scores.reshape(-1, len(seizure))
    with torch.no_grad():
        floats = net(torch.from_numpy(images).float()).numpy().reshape(scores.shape)
    print("| | AUROC within a patient | one threshold: sensitivity (lowest) | alarms an hour "
          "(highest) | one a patient: sensitivity (lowest) | alarms an hour (highest) |")
    print("|---|---|---|---|---|---|")
    for name, measure in (("line length", line_length), ("power of 2.5 to 12 Hz", band_power),
                          ("its share of all power", relative_band_power)):
        row(name, measure(known), measure(traces), seizure)
    row("network, 8 bits, product's engine", scores[:TRAIN], scores[TRAIN:], seizure)
    row("the same network in float", floats[:TRAIN], floats[TRAIN:], seizure)
    print(f"{sum(p.numel() for p in net.parameters()):,} weights, {seconds:.0f} CPU seconds to train; "
          f"{TRAIN} patients to train, {TEST} others measured; onnxruntime gives the engine's "
          "numbers on 500 windows")


def onnxruntime_of(quantized, images):
    session = integer.session(quantized.SerializeToString(), 1)
    return session.run(None, {"image": images.astype(np.float32)})[0].reshape(-1)


if __name__ == "__main__":
    main()
