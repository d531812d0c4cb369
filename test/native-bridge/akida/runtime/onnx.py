"""Stands in for `onnx` in tests: the file as it is."""

from types import SimpleNamespace


def load_model_from_string(file):
    return SimpleNamespace(file=file)
