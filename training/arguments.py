"""The command line that the programs of this folder share."""
import argparse
import json
from pathlib import Path

CONFIG = Path(__file__).with_name("config.json")


def parser(description: str, out: str | None = None) -> argparse.ArgumentParser:
    """Options `--data`, `--work`, `--config` and, where something is written elsewhere, `--out`."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--data", type=Path, default=Path("../shared/data"))
    options.add_argument("--work", type=Path, default=Path("work"))
    options.add_argument("--config", type=Path, default=CONFIG)
    if out:
        options.add_argument("--out", type=Path, default=Path(out))
    return options


def parse(options: argparse.ArgumentParser):
    """(arguments, content of the configuration file)."""
    arguments = options.parse_args()
    return arguments, json.loads(arguments.config.read_text())
