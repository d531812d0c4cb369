"""Stands in for BrainChip's converter in tests."""

import akida


def convert(model):
    return akida.Model(model.file)
