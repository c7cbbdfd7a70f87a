"""The result at a small size, with the backdrop's and the subject's own colours continued everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.image import levels

SIDE = 512  # px, longest side: a hole of 0.02% of the frame still has 50 pixels
CONTRAST = 0.10  # sRGB distance of subject and backdrop under which colour cannot tell them apart
GAP = 5  # small pixels; links of a chain and strands of hair closer than that belong together
PART = 0.05  # of the largest part: a smaller part on its own has to be explained by the photo
FIT_SIDE = 48  # px, longest side of the grid the backdrop's smooth sheet is fitted on
AGREES = 0.08  # sRGB; a place further from the sheet is not taken for bare backdrop
SAME = 0.08  # sRGB distance from which a shadow and the subject beside it are two colours
SHADE = (0.30, 1.02)  # of the backdrop's brightness: what a shadow on it can look like


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """Small maps, float32: ``alpha`` (h, w); ``image``, ``backdrop``, ``subject`` (h, w, 3) in [0, 1]."""

    alpha: np.ndarray
    image: np.ndarray
    backdrop: np.ndarray
    subject: np.ndarray
    body: np.ndarray  # bool (h, w): parts of the matte large enough to be the subject
    outside: np.ndarray  # bool (h, w): background that reaches the frame's border
    step: tuple[float, float]  # full-size pixels per small pixel, (x, y)

    def full(self, x: float, y: float) -> tuple[int, int]:
        """A small pixel's place in the picture."""
        return int((x + 0.5) * self.step[0]), int((y + 0.5) * self.step[1])

    def likeness(self) -> tuple[np.ndarray, np.ndarray]:
        """How much each place looks like subject (0 backdrop, 1 subject), and how far colour can be trusted (0, 1).

        What may be shadow on the backdrop passes for subject only where it has the very colour of the subject.
        """
        to_backdrop = np.linalg.norm(self.image - self.backdrop, axis=2)
        to_subject = np.linalg.norm(self.image - self.subject, axis=2)
        likeness = to_backdrop / np.maximum(to_backdrop + to_subject, 1e-3)
        likeness = np.where(self.shade(), np.minimum(likeness, 1.0 - to_subject / SAME), likeness)
        likeness = np.maximum(likeness, 0.0)
        apart = np.maximum(to_backdrop, np.linalg.norm(self.subject - self.backdrop, axis=2))
        return likeness, np.clip(apart / CONTRAST - 1.0, 0.0, 1.0)

    def shade(self) -> np.ndarray:
        """Bool (h, w): places that may be nothing but the backdrop in shadow."""
        factor = (self.image * self.backdrop).sum(axis=2) / np.maximum(np.square(self.backdrop).sum(axis=2), 1e-3)
        rest = np.linalg.norm(self.image - factor[..., None] * self.backdrop, axis=2)
        return (factor > SHADE[0]) & (factor < SHADE[1]) & (rest < 0.05)


def small_scene(image: np.ndarray, alpha: np.ndarray) -> Scene | None:
    """The scene of a picture and its matte; None when the matte is empty or leaves no backdrop."""
    small = shrink(alpha)
    solid = small > 0.5
    seen = cv2.erode((small < 0.02).astype(np.uint8), np.ones((3, 3)))
    if not solid.any() or not seen.any():
        return None
    picture = cv2.resize(image, small.shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / levels(image)
    joined = cv2.dilate(solid.astype(np.uint8), np.ones((GAP, GAP)))
    _, marks, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = facts[1:, cv2.CC_STAT_AREA]
    body = np.concatenate([[False], areas >= PART * areas.max()])[marks] & solid
    _, marks, facts, _ = cv2.connectedComponentsWithStats((~solid).astype(np.uint8), connectivity=4)
    left, top, wide, high = (facts[:, i] for i in range(4))
    border = (left == 0) | (top == 0) | (left + wide == solid.shape[1]) | (top + high == solid.shape[0])
    border[0] = False
    outside = border[marks]
    return Scene(
        alpha=small,
        image=picture,
        backdrop=_backdrop(picture, (seen > 0) & outside),
        subject=spread(picture, body & (small > 0.97) if (body & (small > 0.97)).any() else body),
        body=body,
        outside=outside,
        step=(alpha.shape[1] / small.shape[1], alpha.shape[0] / small.shape[0]),
    )


def _backdrop(picture: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The backdrop's colour everywhere, from the places seen that agree with a smooth sheet through most of them.

    A part of the subject that the matte forgot is seen too, but departs from the sheet; so does a deep shadow.
    """
    scale = FIT_SIDE / max(seen.shape)
    size = (max(3, round(seen.shape[1] * scale)), max(3, round(seen.shape[0] * scale)))
    share = cv2.resize(seen.astype(np.float32), size, interpolation=cv2.INTER_AREA).ravel()
    colour = cv2.resize(picture * seen[..., None], size, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    colour /= np.maximum(share, 1e-3)[:, None]
    y, x = np.meshgrid(np.linspace(-1, 1, size[1]), np.linspace(-1, 1, size[0]), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=2).reshape(-1, 6)
    middle = np.median(colour[share > 0.5] if (share > 0.5).any() else colour, axis=0)
    departs = np.linalg.norm(colour - middle, axis=1)
    for width in (0.3, 0.15, 0.08, 0.06):
        weight = np.where(share > 0.5, share, 1e-6) * np.exp(-0.5 * np.square(departs / width)) + 1e-9
        weighted = terms * weight[:, None]
        sheet = terms @ np.linalg.solve(weighted.T @ terms + 1e-7 * np.eye(6), weighted.T @ colour)
        departs = np.linalg.norm(colour - sheet, axis=1)
    sheet = cv2.resize(sheet.reshape(size[1], size[0], 3).astype(np.float32), seen.shape[::-1])
    agrees = seen & (np.abs(picture - sheet).max(axis=2) < AGREES)
    return spread(picture, agrees) if agrees.any() else sheet


def shrink(map_: np.ndarray) -> np.ndarray:
    """A map at the scene's size; never enlarged."""
    scale = min(1.0, SIDE / max(map_.shape))
    size = (max(1, round(map_.shape[1] * scale)), max(1, round(map_.shape[0] * scale)))
    return cv2.resize(map_, size, interpolation=cv2.INTER_AREA)


def spread(picture: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Colours of the known places continued smoothly over the unknown ones (pull-push over a pyramid).

    Source: Gortler et al., "The lumigraph", SIGGRAPH 1996, section 3.4.
    """
    weight = known.astype(np.float32)
    levels_down = [(picture * weight[..., None], weight)]
    while max(weight.shape) > 1:
        colour, weight = levels_down[-1]
        size = (max(1, (weight.shape[1] + 1) // 2), max(1, (weight.shape[0] + 1) // 2))
        levels_down.append(tuple(cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in (colour, weight)))
        weight = levels_down[-1][1]
    colour, weight = levels_down.pop()
    filled = (colour / max(float(weight.max()), 1e-6)).reshape(1, 1, -1)
    while levels_down:
        colour, weight = levels_down.pop()
        above = cv2.resize(filled, weight.shape[::-1], interpolation=cv2.INTER_LINEAR)
        trust = np.minimum(1.0, weight * (1.0 if not levels_down else 4.0))[..., None]
        own = colour / np.maximum(weight, 1e-6)[..., None]
        filled = trust * own + (1.0 - trust) * above
    return filled
