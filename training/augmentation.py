"""What is done to a training image before the network sees it, on whatever device holds it.

Every figure below is a range drawn anew for each image. The order: geometry (one resampling),
what lies on the skin (hairs, a ruler), the camera (colour, then sharpness, then compression), what
lies around the field of view (frames, vignettes). All sources go through all of it, so that none of
it says where an image comes from or, through that, what it shows.
"""
import math
import random

import torch
from torch.nn import functional as F

import jpeg


class Augmentation:
    def __init__(self, device, seed: int, artefacts: torch.Tensor | None = None):
        """artefacts: float (M, 1, h, w) in 0..1, how much of the skin shows through drawn hairs."""
        self.device, self.artefacts = device, artefacts
        self.generator = torch.Generator(device).manual_seed(seed)
        self.choices = random.Random(seed)         # what the host must know: no waiting for a GPU

    def uniform(self, low, high, *shape):
        drawn = torch.empty(*shape, device=self.device)
        return drawn.uniform_(low, high, generator=self.generator)

    def whole(self, high, *shape):
        return torch.randint(0, high, shape, generator=self.generator, device=self.device)

    def view(self, pixels: torch.Tensor, size: int) -> torch.Tensor:
        """uint8 (N, 3, H, W) of one form -> float32 (N, 3, size, size): quarter turn, small
        rotation, mirror, zoom, stretch, shift; the view's side is 0.65 to 1.1 of the rows."""
        count, _, height, width = pixels.shape
        angle = self.whole(4, count) * (math.pi / 2) + self.uniform(-0.35, 0.35, count)
        mirror = self.whole(2, count) * 2.0 - 1
        zoom = torch.exp(self.uniform(math.log(0.65), math.log(1.1), count))
        stretch = torch.exp(self.uniform(-0.1, 0.1, count))
        half_w, half_h = zoom * stretch, zoom / stretch        # in units of half the rows
        cos, sin = torch.cos(angle), torch.sin(angle)
        room_x = (width / height - zoom).clamp(min=0) * 0.8
        room_y = (1 - zoom).clamp(min=0) * 0.8
        shift_x, shift_y = (self.uniform(-1, 1, count) * room for room in (room_x, room_y))
        aspect = height / width
        theta = torch.stack([
            torch.stack([cos * half_w * mirror * aspect, -sin * half_h * aspect,
                         shift_x * aspect], 1),
            torch.stack([sin * half_w * mirror, cos * half_h, shift_y], 1)], 1)
        grid = F.affine_grid(theta, (count, 3, size, size), align_corners=False)
        return F.grid_sample(pixels.float(), grid, mode="bilinear", padding_mode="reflection",
                             align_corners=False)

    def drawn_on(self, x, share=0.3):
        """Hairs or a ruler on this share of the images."""
        count, _, size, _ = x.shape
        chosen = self.artefacts[self.whole(len(self.artefacts), count)]
        chosen = F.interpolate(chosen, size=(size, size), mode="bilinear", antialias=True)
        return torch.where(self.uniform(0, 1, count, 1, 1, 1) < share, x * chosen, x)

    def coloured(self, x):
        """Contrast about each channel's mean, saturation about grey, brightness and white balance:
        one 3x3 matrix and one offset an image. One image in five moves towards a grey world."""
        count = len(x)
        mean = x[:, :, ::4, ::4].mean(dim=(2, 3)).unsqueeze(2)
        contrast, saturation = (self.uniform(low, high, count, 1, 1)
                                for low, high in ((0.75, 1.3), (0.65, 1.4)))
        gain = self.uniform(0.8, 1.2, count, 1, 1) * self.uniform(0.92, 1.08, count, 3, 1)
        grey = (mean.mean(dim=1, keepdim=True) / mean.clamp(min=8)).clamp(0.6, 1.6)
        constancy = torch.where(self.uniform(0, 1, count, 1, 1) < 0.2,
                                self.uniform(0, 1, count, 1, 1), 0.0)
        gain = gain * grey ** constancy
        mix = gain * (saturation * torch.eye(3, device=self.device) + (1 - saturation) / 3)
        out = torch.baddbmm(mix @ (mean * (1 - contrast)), mix * contrast, x.flatten(2))
        return out.view_as(x).clamp(0, 255)

    def reduced(self, x, share=0.5, least=84 / 224):
        """This share of the images is brought down to between `least` of its rows and all of
        them, and back: as if from a smaller copy. Sixteen sizes a batch."""
        size, out = x.shape[-1], []
        for part in x.chunk(16):
            if self.choices.random() < share:
                ratio = least ** self.choices.random()
                side = max(8, round(size * ratio))
                part = F.interpolate(part, size=(side, side), mode="bilinear", antialias=True)
                part = F.interpolate(part, size=(size, size), mode="bilinear")
            out.append(part)
        return torch.cat(out)

    def compressed(self, x, share=0.4):
        """JPEG at a quality of 40 to 95, on this share of the images."""
        count = max(1, round(len(x) * share))
        chosen = torch.randperm(len(x), generator=self.generator, device=self.device)[:count]
        quality = self.uniform(40, 95, count)
        out = x.clone()
        out[chosen] = jpeg.lossy(x[chosen], quality)
        return out

    def framed(self, x, share=0.25):
        """A dermatoscope's round field, or a plain frame, on this share of the images: dark for
        the most part, sometimes white."""
        count, _, size, _ = x.shape
        axis = (torch.arange(size, device=self.device) + 0.5) / size * 2 - 1
        across = axis.view(1, 1, 1, size) - self.uniform(-0.12, 0.12, count, 1, 1, 1)
        down = axis.view(1, 1, size, 1) - self.uniform(-0.12, 0.12, count, 1, 1, 1)
        round_field = (across.square() + down.square()).sqrt()
        box = torch.maximum(across.abs(), down.abs())
        kind = self.uniform(0, 1, count, 1, 1, 1)
        distance = torch.where(kind < 0.7, round_field, box)
        edge = torch.where(kind < 0.7, self.uniform(0.85, 1.3, count, 1, 1, 1),
                           self.uniform(0.75, 1.0, count, 1, 1, 1))
        softness = torch.exp(self.uniform(math.log(0.01), math.log(0.25), count, 1, 1, 1))
        seen = ((edge - distance) / softness + 0.5).clamp(0, 1)
        shade = torch.where(self.uniform(0, 1, count, 1, 1, 1) < 0.85,
                            self.uniform(0, 30, count, 1, 1, 1),
                            self.uniform(220, 255, count, 1, 1, 1))
        framed = x * seen + shade * (1 - seen)
        return torch.where(self.uniform(0, 1, count, 1, 1, 1) < share, framed, x)

    def __call__(self, parts: list, size: int) -> torch.Tensor:
        """uint8 (N_f, 3, H_f, W_f) a form -> float32 (sum N_f, 3, size, size), whole numbers
        0..255, in the order of the parts."""
        x = torch.cat([self.view(part, size) for part in parts if len(part)])
        if self.artefacts is not None:
            x = self.drawn_on(x)
        order = torch.randperm(len(x), generator=self.generator, device=self.device)
        x = self.framed(self.compressed(self.reduced(self.coloured(x)[order])))
        return x[torch.argsort(order)].round().clamp(0, 255)
