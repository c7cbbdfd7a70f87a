"""PyMatting with the trimap the set brings: what a matting method can do where somebody drew the band by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.cutout import Adapter, Around, Asked, Cutout, EngineFault
from pipeline.evaluate import read_trimap
from pipeline.image import freeze, levels
from pipeline.open_photo import open_photo
from pipeline.step import param
from workbench.domain.errors import PhotoRefused

METHODS = ("cf", "knn", "rw")  # closed form, nearest neighbours, random walk


@dataclass(frozen=True, slots=True)
class Params:
    """Which method, and at which size."""

    method: str = param("cf", doc="cf closed form, knn nearest neighbours, rw random walk",
                        choices=METHODS)  # fmt: skip
    most_mpx: float = param(
        0.5, doc="a larger photo is solved at this size and enlarged", unit="million pixels", low=0.01, high=20.0
    )


def open_engine(params: Params, around: Around):
    """An engine that solves the unknown band of a given trimap."""

    def cut_out(asked: Asked) -> Cutout:
        if asked.trimap_path is None:
            raise EngineFault("failed", "the set has no trimap for it", where=asked.image_id,
                              allowed="photos with trimap_path")  # fmt: skip
        picture = open_photo(asked.path, pixel_limit=asked.pixel_limit)
        try:
            trimap = read_trimap(Path(asked.trimap_path))
        except PhotoRefused as error:
            raise EngineFault("failed", error.found, where=asked.image_id) from error
        if trimap.shape != picture.shape[:2]:
            raise EngineFault("failed", f"the trimap is {trimap.shape}, the photo {picture.shape[:2]}",
                              where=asked.image_id)  # fmt: skip
        if not ((trimap == 0).any() and (trimap == 1).any()):
            raise EngineFault("failed", "the trimap knows only one side", where=asked.image_id,
                              allowed="black for backdrop, white for subject")  # fmt: skip
        return Cutout(alpha=freeze(_solve(picture, trimap, params)))

    return cut_out


def _solve(picture: np.ndarray, trimap: np.ndarray, params: Params) -> np.ndarray:
    from pymatting import estimate_alpha_cf, estimate_alpha_knn, estimate_alpha_rw

    method = dict(zip(METHODS, (estimate_alpha_cf, estimate_alpha_knn, estimate_alpha_rw),
                      strict=True))[params.method]  # fmt: skip
    height, width = trimap.shape
    scale = min(1.0, (params.most_mpx * 1e6 / (height * width)) ** 0.5)
    colours, band = picture.astype(np.float64) / levels(picture), trimap.astype(np.float64)
    if scale < 1.0:
        size = max(8, round(width * scale)), max(8, round(height * scale))
        colours = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
        shares = cv2.resize(band, size, interpolation=cv2.INTER_AREA)  # a pixel is known when all of it is
        band = np.where(shares <= 0.0, 0.0, np.where(shares >= 1.0, 1.0, 0.5))
    alpha = method(colours, band).astype(np.float32)
    if scale < 1.0:
        alpha = cv2.resize(alpha, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(trimap == 0.5, np.clip(alpha, 0.0, 1.0), trimap).astype(np.float32)


ADAPTER = Adapter(open=open_engine, params=Params, remote=False)
