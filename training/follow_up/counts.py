"""Spike counts of HAM10000's images by the shipped network: python -m follow_up.counts

Kept in `work/follow-up/counts.npz`: what two pictures of one lesion differ by, for `simulate.py`.
"""
import numpy as np
import onnx

import arguments
import export
import integer
import sources
import views
from transform import to_input

MODEL = integer.Counter.ROOT / "models" / "qana-4" / "backbone.onnx"
SIZE, VIEWS, PART = 192, 2, 1024


def main():
    options = arguments.parser(__doc__).parse_args()
    folder = options.work / "follow-up"
    folder.mkdir(parents=True, exist_ok=True)
    pack = sources.load(options.data, options.work)
    home = pack.table.at_home([0, 1, 2, 3, 4])
    count = integer.Counter(MODEL, export.count_scale(onnx.load(MODEL)))
    counts = []
    for start in range(0, len(home), PART):
        part = home[start:start + PART]
        shown = np.stack([to_input(pack.pixels[form][place], SIZE) for form, place in
                          zip(pack.table.form[part], pack.table.place[part])])
        shares = [count(view) for _, view in zip(range(VIEWS), views.views(shown))]
        counts.append(sum(share.astype(np.int32) for share in shares))
        print(start + len(part), "of", len(home), flush=True)
    np.savez_compressed(folder / "counts.npz", counts=np.concatenate(counts),
                        lesion=pack.table.group[home], label=pack.table.label[home],
                        fold=pack.table.fold[home])


if __name__ == "__main__":
    main()
