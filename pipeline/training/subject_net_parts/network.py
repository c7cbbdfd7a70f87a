"""The subject network: a residual encoder that sees the whole photo, and a light decoder that finds its outline."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional

STRIDE = 32  # both sides of what goes in must be multiples of this
WIDTHS = (16, 32, 64, 128, 192)  # channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the working size
BLOCKS = (0, 2, 2, 3, 2)  # residual blocks at each of these sizes
DECODER = (16, 24, 48, 80, 128)  # channels on the way back
MEAN = (0.485, 0.456, 0.406)  # of sRGB-encoded photos: the customary figures (ImageNet)
SPREAD = (0.229, 0.224, 0.225)


class SubjectNet(nn.Module):
    """Photo in, one score per pixel out; positive is subject.

    Args:
        widths: Channels of the encoder, finest first.
        blocks: Residual blocks at each size.
        decoder: Channels of the decoder, finest first.
    """

    def __init__(self, widths=WIDTHS, blocks=BLOCKS, decoder=DECODER) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("spread", torch.tensor(SPREAD).view(1, 3, 1, 1))
        self.stem = _Cell(3 * 4, widths[0])
        self.down = nn.ModuleList(_Cell(a, b, stride=2) for a, b in pairwise(widths))
        self.stages = nn.ModuleList(
            nn.Sequential(*(_Block(width) for _ in range(count))) for width, count in zip(widths, blocks, strict=True)
        )
        self.whole = nn.Linear(widths[-1], decoder[-1])
        self.sides = nn.ModuleList(nn.Conv2d(w, d, 1, bias=False) for w, d in zip(widths, decoder, strict=True))
        self.narrow = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(decoder))
        self.join = nn.ModuleList(_Cell(d, d) for d in decoder)
        self.coarse = nn.Conv2d(decoder[2], 1, 1)
        self.fine = nn.Conv2d(decoder[0], 4, 3, padding=1)  # four scores a place: one for each pixel of 2 x 2

    def forward(self, photo: torch.Tensor) -> torch.Tensor:
        """Scores (N, 1, H, W) for a photo (N, 3, H, W), sRGB-encoded in [0, 1], sides multiples of 32."""
        return self.scores(photo)[0]

    def scores(self, photo: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores at working size, and at an eighth of it (for training)."""
        at = functional.pixel_unshuffle((photo - self.mean) / self.spread, 2)
        levels = []
        for index, stage in enumerate(self.stages):
            at = self.stem(at) if index == 0 else self.down[index - 1](at)
            at = stage(at)
            levels.append(at)
        at = self.sides[-1](levels[-1]) + self.whole(levels[-1].mean((2, 3)))[:, :, None, None]
        at = self.join[-1](at)
        coarse = None
        for index in range(len(levels) - 2, -1, -1):
            at = functional.interpolate(self.narrow[index](at), scale_factor=2, mode="bilinear", align_corners=False)
            at = self.join[index](at + self.sides[index](levels[index]))
            if index == 2:
                coarse = self.coarse(at)
        return functional.pixel_shuffle(self.fine(at), 2), coarse


class _Cell(nn.Sequential):
    """Convolution, normalisation, rectifier."""

    def __init__(self, given: int, gives: int, stride: int = 1) -> None:
        super().__init__(
            nn.Conv2d(given, gives, 3, stride, 1, bias=False), nn.BatchNorm2d(gives, momentum=0.05), nn.ReLU()
        )


class _Block(nn.Module):
    """Two convolutions whose answer is added to what came in.

    Source:
        He et al. 2016, "Deep residual learning for image recognition", CVPR.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _Cell(width, width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(width, momentum=0.05)
        nn.init.zeros_(self.norm.weight)  # each block starts as the identity

    def forward(self, at: torch.Tensor) -> torch.Tensor:
        return functional.relu(at + self.norm(self.second(self.first(at))))
