"""Runs the trained subject network: on a small picture, on one thread; its answer enlarged along the photo's edges."""

from __future__ import annotations

import functools
from pathlib import Path

import cv2
import numpy as np

from pipeline.engines._edge_aware import enlarge
from pipeline.image import freeze, levels
from pipeline.models.load_model import WEIGHTS, load_model

NAME = "subject_net"
LEAST_SIDE_PX = 256  # a thumbnail is looked at enlarged: smaller subjects were never trained on
STEP = 32  # px: the network halves its picture five times
WINDOW_PX = 2  # of the enlarging, working pixels, as in the classical engine
FLAT = 1e-4  # colour variance (sRGB 0 to 1) under which a window has no edge: 2.6 levels of 255


@functools.cache
def session(folder: Path = WEIGHTS):
    """The network, checked against its card and kept for as long as the process lives.

    Raises:
        ModelError: The weights cannot be used.
    """
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # one process a core; the executor starts several
    graph = load_model(NAME, folder).file_beside("onnx")
    return InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def find_subject(image: np.ndarray, side_px: int, *, flip: bool = False, folder: Path = WEIGHTS) -> np.ndarray:
    """Probability of subject at the photo's size, float32 (H, W); arguments as for `look`."""
    answer, small = look(image, side_px, flip=flip, folder=folder)
    return freeze(enlarge(answer, small, image, radius_px=WINDOW_PX, edge=FLAT))


def look(
    image: np.ndarray, side_px: int, *, flip: bool = False, folder: Path = WEIGHTS
) -> tuple[np.ndarray, np.ndarray]:
    """What the network says about a photo, at working size.

    Args:
        image: RGB uint8 or uint16 (H, W, 3).
        side_px: Longest side at which it is looked at; a smaller photo as it is, a thumbnail enlarged.
        flip: Look at the mirrored photo too and take the mean.
        folder: Of the weights.

    Returns:
        Probability of subject, float32 (h, w), and the photo at that size, float32 (h, w, 3) in [0, 1].
    """
    height, width = image.shape[:2]
    scale = min(max(1.0, LEAST_SIDE_PX / max(height, width)), side_px / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale <= 1.0 else cv2.INTER_CUBIC
    small = np.clip(cv2.resize(image, size, interpolation=way).astype(np.float32), 0, levels(image))
    small /= np.float32(levels(image))
    score = _scores(small, folder)
    if flip:
        score = (score + _scores(small[:, ::-1], folder)[:, ::-1]) / 2
    return 1.0 / (1.0 + np.exp(-score)), small


def _scores(small: np.ndarray, folder: Path) -> np.ndarray:
    """Scores (h, w); the picture is padded to whole steps with what the network sees as nothing."""
    height, width = small.shape[:2]
    far_out = load_model(NAME, folder).array("mean", (1, 3, 1, 1))
    padded = np.empty((1, 3, -(-height // STEP) * STEP, -(-width // STEP) * STEP), np.float32)
    padded[:] = far_out
    padded[0, :, :height, :width] = small.transpose(2, 0, 1)
    return session(folder).run(None, {"photo": padded})[0][0, 0, :height, :width]
