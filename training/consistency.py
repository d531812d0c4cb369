"""How often a changed picture is given the class of the unchanged one.

The changes are those of a day at a clinic: a frame around the picture, the lesion nearer or
farther, another quality of compression, a lamp brighter or dimmer, the camera turned.
"""
import io

import numpy as np
from PIL import Image


def framed(value):
    """In the middle of a plain 16:9 picture, black or white."""
    def change(image):
        height, width = image.shape[:2]
        rows = height * 2
        columns = max(rows * 16 // 9, width + 2)
        out = np.full((rows, columns, 3), value, np.uint8)
        top, left = (rows - height) // 2, (columns - width) // 2
        out[top:top + height, left:left + width] = image
        return out
    return change


def scaled(ratio):
    """The lesion `ratio` times as large: cut from the middle, or with the skin mirrored outwards."""
    def change(image):
        height, width = image.shape[:2]
        rows, columns = round(height / ratio), round(width / ratio)
        if ratio > 1:
            top, left = (height - rows) // 2, (width - columns) // 2
            return image[top:top + rows, left:left + columns]
        top, left = (rows - height) // 2, (columns - width) // 2
        return np.pad(image, ((top, rows - height - top), (left, columns - width - left), (0, 0)),
                      "reflect")
    return change


def compressed(quality):
    def change(image):
        content = io.BytesIO()
        Image.fromarray(image).save(content, "JPEG", quality=quality)
        return np.asarray(Image.open(content))
    return change


def brighter(ratio):
    def change(image):
        return np.clip(np.rint(image * ratio), 0, 255).astype(np.uint8)
    return change


def turned(degrees):
    """About the middle, the corners filled with the skin mirrored outwards."""
    def change(image):
        height, width = image.shape[:2]
        margin = max(height, width) // 2
        wide = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), "reflect")
        picture = Image.fromarray(wide).rotate(degrees, Image.Resampling.BICUBIC)
        return np.asarray(picture)[margin:margin + height, margin:margin + width]
    return change


CHANGES = {
    "frame": [framed(0), framed(255)],
    "scale": [scaled(0.7), scaled(0.85), scaled(1.2), scaled(1.4)],
    "compression": [compressed(60), compressed(80), compressed(100)],
    "brightness": [brighter(0.85), brighter(1.15)],
    "turn": [turned(30), turned(90), turned(135), turned(180)],
}


def agreement(images, named) -> dict:
    """Share of the changed pictures that `named` (images -> class of each) calls what it calls the
    unchanged one: by kind of change, and over all kinds alike."""
    before = named(images)
    shares = {kind: float(np.mean([(named([change(image) for image in images]) == before).mean()
                                   for change in changes]))
              for kind, changes in CHANGES.items()}
    return shares | {"all": float(np.mean(list(shares.values())))}
