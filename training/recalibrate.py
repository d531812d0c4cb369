"""Operating points of a head that is there, chosen anew without training:
python recalibrate.py --data ../shared/data --work work --out FOLDER

Reads the choosing fold only. Weights, conformal sets, familiarity and the limit of certainty stay as
they are; the file comes out in the newest version.
"""
import json

import onnx

import arguments as cli
import calibrate
import data
import export
import head as heads
import integer
import views
from evaluate import write_json


def main():
    arguments, config = cli.parse(cli.parser(__doc__, "../models/qana-3"))
    file, backbone = arguments.out / "head.json", arguments.out / "backbone.onnx"
    doc = json.loads(file.read_text(encoding="utf-8"))
    pack = data.load(arguments.data, arguments.work)
    chosen = pack.members(config["folds"]["choose"])
    count = integer.Counter(backbone, export.count_scale(onnx.load(backbone)))
    counts = views.summed(count, data.inputs(pack.images[chosen], config["inputSize"]))
    points = calibrate.operating_points(heads.probabilities(doc, counts), pack.labels[chosen],
                                        config["calibration"]["sensitivity"])
    doc |= {"version": heads.VERSION, "classes": heads.classes()}
    doc["calibration"]["referral"] |= points
    write_json(file, doc)
    print(json.dumps(points))


if __name__ == "__main__":
    main()
