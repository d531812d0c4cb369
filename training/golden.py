"""Regression vectors that need no clinical image: pixels given by a formula.

pixel(c, y, x) = (a*x + b*y + 37*c + x*y*k) & 255
"""
import hashlib

import numpy as np

import integer
from calibrate import appearance
from head import numbers, probabilities
from transform import to_input

FORMULA = "pixel(c,y,x) = (a*x + b*y + 37*c + x*y*k) & 255"
NETWORK_CASES = [("gradient", 1, 2, 0), ("ramp", 3, 1, 0), ("moire", 2, 3, 1), ("noise", 7, 5, 3)]
TRANSFORM_CASES = [(7, 5, 4), (200, 150, None), (13, 29, 16), (3, 3, 8), (600, 450, None),
                   (128, 128, None), (1, 4, 3), (97, 101, None), (151, 233, None),
                   (1001, 480, 64)]
MARGINS = [(0, 0), (0, 0), (9, 0), (0, 0), (120, 255), (0, 0), (0, 0), (14, 236), (31, 38), (0, 0)]


def pattern(a, b, k, height, width) -> np.ndarray:
    """uint8 (3, height, width)."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(height), np.arange(width), indexing="ij")
    return ((a * x + b * y + 37 * c + x * y * k) & 255).astype(np.uint8)


def transform_vectors(size: int) -> dict:
    """Content of transform-vectors.json; None in TRANSFORM_CASES means the network's size. MARGINS
    gives each picture a margin on all sides, and its shade."""
    cases = []
    for index, ((width, height, output), (margin, shade)) in enumerate(
            zip(TRANSFORM_CASES, MARGINS, strict=True)):
        a, b, k = 5 + 2 * index, 3 + index, index % 3
        image = np.pad(pattern(a, b, k, height, width), ((0, 0), (margin,) * 2, (margin,) * 2),
                       constant_values=shade).transpose(1, 2, 0)
        tensor = to_input(np.ascontiguousarray(image), output or size)
        data = tensor.tobytes()
        cases.append({"width": width, "height": height, "margin": margin, "shade": shade,
                      "size": output or size,
                      "a": a, "b": b, "k": k,
                      "sha256": hashlib.sha256(data).hexdigest(), "first16": list(data[:16]),
                      "appearance": numbers(appearance(tensor[None])[0])})
    return {"format": "dermaspike-transform-vectors", "version": 2, "formula": FORMULA,
            "layout": "CHW, RGB, uint8", "cases": cases}


def network_vectors(quantized, doc: dict, size: int) -> dict:
    """Content of golden.json. Refuses a case where onnxruntime's float32 evaluation of the file
    and exact integer arithmetic disagree, since only the latter is the contract."""
    images = np.stack([pattern(a, b, k, size, size) for _, a, b, k in NETWORK_CASES])
    counts = integer.Oracle(quantized)(images)
    exact, _ = integer.exact(quantized, images)
    if not np.array_equal(counts, exact):
        raise RuntimeError("a golden case rounds differently in float32; choose another pattern")
    cases = []
    for (name, a, b, k), image, row, p in zip(NETWORK_CASES, images, counts,
                                              probabilities(doc, counts)):
        cases.append({"name": name, "a": a, "b": b, "k": k,
                      "inputSha256": hashlib.sha256(image.tobytes()).hexdigest(),
                      "counts": row.tolist(),
                      "probabilities": [float(f"{v:.15g}") for v in p]})
    return {"format": "dermaspike-golden", "version": 1, "networkSha256": doc["networkSha256"],
            "inputSize": size, "layout": "CHW, RGB, uint8", "formula": FORMULA, "cases": cases}
