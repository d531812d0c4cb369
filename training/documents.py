"""How this folder writes JSON."""
import json
from pathlib import Path


def write_json(path: Path, value):
    """Objects indented, rows of numbers on one line each."""
    def text(v, depth):
        inner = "  " * (depth + 1)
        if isinstance(v, dict):
            items = [f"{inner}{json.dumps(k)}: {text(x, depth + 1)}" for k, x in v.items()]
            return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"
        if isinstance(v, list) and any(isinstance(x, (list, dict)) for x in v):
            return "[\n" + ",\n".join(inner + text(x, depth + 1) for x in v) \
                + "\n" + "  " * depth + "]"
        return json.dumps(v, ensure_ascii=False)
    path.write_text(text(value, 0) + "\n", encoding="utf-8")
