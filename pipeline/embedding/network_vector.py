"""What a photo looks like to our own subject network, as numbers: alike photos lie near each other."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from pipeline.engines._subject_network import NAME, STEP
from pipeline.image import levels
from pipeline.models.load_model import load_model

SIDE_PX = 224  # seven cells of the deepest layer a side: enough to tell what a product is, 20 ms of one core
LAYER = "/ReduceMean_output_0"  # the mean of the deepest layer over the picture


def network_vector(image: np.ndarray) -> np.ndarray:
    """The mean of the network's deepest layer over the photo, of length 1.

    Args:
        image: RGB uint8 or uint16 (H, W, 3); any size.

    Returns:
        float32, one axis.

    Raises:
        ModelError: The weights cannot be used.
    """
    height, width = image.shape[:2]
    scale = SIDE_PX / max(height, width)
    size = max(STEP, round(width * scale)), max(STEP, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(levels(image))
    far_out = load_model(NAME).array("mean", (1, 3, 1, 1))
    padded = np.empty((1, 3, SIDE_PX, SIDE_PX), np.float32)
    padded[:] = far_out
    top, left = (SIDE_PX - size[1]) // 2, (SIDE_PX - size[0]) // 2
    padded[0, :, top : top + size[1], left : left + size[0]] = small.transpose(2, 0, 1)
    vector = _session().run([LAYER], {"photo": padded})[0].reshape(-1)
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)


@functools.cache
def _session():
    """The network with its deepest layer as another output."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    file = load_model(NAME).file_beside("onnx")
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(file.parent))
    return InferenceSession(file.read_bytes() + _another_output(LAYER), options, providers=["CPUExecutionProvider"])


def _another_output(layer: str) -> bytes:
    """What to put behind a stored model so that a layer becomes an output.

    Messages of Protocol Buffers that stand one behind the other are read as one: here ModelProto.graph (7) with one
    more GraphProto.output (12) that has a ValueInfoProto.name (1). So no package is needed to edit the file.

    Source: Protocol Buffers encoding guide, "Last One Wins"; onnx.proto3.
    """
    name = _field(1, layer.encode("ascii"))
    return _field(7, _field(12, name))


def _field(number: int, content: bytes) -> bytes:
    if len(content) > 127:
        raise ValueError(f"{len(content)} bytes do not fit a length of one byte")
    return bytes([number << 3 | 2, len(content)]) + content
