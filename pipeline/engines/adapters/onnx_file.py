"""Any saliency or matting network that lies in an ONNX file: what goes in and what comes out is said in the TOML."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from pipeline.cutout import Adapter, Around, Asked, Cutout, EngineFault
from pipeline.image import freeze, levels
from pipeline.open_photo import open_photo
from pipeline.step import param

MOST_BYTES = 4_000_000_000  # ONNX files hold at most 2 GB; a larger one is not a model


@dataclass(frozen=True, slots=True)
class Params:
    """The shape of the network. The defaults are U²-Net's."""

    file: str = param("model.onnx", doc="the ONNX file, relative to the engine's file")
    input_side_px: int = param(320, doc="width and height the network wants", unit="px", low=16, high=4096)
    fit: str = param("stretch", doc="how a photo that is not square is brought there", choices=("stretch", "pad"))
    layout: str = param("nchw", doc="order of the axes", choices=("nchw", "nhwc"))
    channels: str = param("rgb", doc="order of the colours", choices=("rgb", "bgr"))
    scale: str = param("unit", doc="unit: levels / 255; brightest: / the photo's brightest level; byte: 0 to 255",
                       choices=("unit", "brightest", "byte"))  # fmt: skip
    mean: tuple[float, ...] = param((0.485, 0.456, 0.406), doc="taken off after scaling", low=-255.0, high=255.0)
    std: tuple[float, ...] = param((0.229, 0.224, 0.225), doc="divided by afterwards", low=1e-6, high=255.0)
    output: str = param("first", doc="which output: first, last, or its name")
    channel: int = param(0, doc="which channel of that output", low=0, high=255)
    kind: str = param("probability", doc="probability: 0 to 1; logits: a sigmoid is missing",
                      choices=("probability", "logits"))  # fmt: skip
    stretch_range: bool = param(False, doc="spread the answer over 0 to 1, as rembg does")
    invert: bool = param(False, doc="the network marks the backdrop")


def open_engine(params: Params, around: Around):
    """An engine that runs the network on one thread; the session is made once a process.

    Raises:
        EngineFault: No such file, not ONNX, or a network of another shape.
    """
    session = _session((around.folder / params.file).resolve(), params)

    def cut_out(asked: Asked) -> Cutout:
        picture = open_photo(asked.path, pixel_limit=asked.pixel_limit)
        given, box = _input(picture, params)
        wanted = _output_name(session, params)
        try:
            answer = session.run([wanted], {session.get_inputs()[0].name: given})[0]
        except Exception as error:  # the runtime raises its own kinds; whatever it is, the file is at fault
            raise EngineFault(
                "wrong_model", f"the network does not run: {str(error)[:200]}", where=params.file
            ) from error
        return Cutout(alpha=_alpha(np.asarray(answer), picture.shape[:2], box, params))

    return cut_out


def _session(path: Path, params: Params):
    from onnxruntime import InferenceSession, SessionOptions

    if not path.is_file() or not 0 < path.stat().st_size < MOST_BYTES:
        raise EngineFault("wrong_model", "there is no such ONNX file", where=path.name, allowed="an ONNX file")
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime raises its own kinds
        raise EngineFault("wrong_model", f"is not an ONNX network: {str(error)[:200]}", where=path.name) from error
    shape = session.get_inputs()[0].shape
    side, three = params.input_side_px, 3
    wanted = (1, three, side, side) if params.layout == "nchw" else (1, side, side, three)
    fits = len(shape) == 4 and all(not isinstance(s, int) or s in (-1, w) for s, w in zip(shape, wanted, strict=True))
    if len(session.get_inputs()) != 1 or not fits:
        shapes = "; ".join(f"{one.name} {one.shape}" for one in session.get_inputs())
        raise EngineFault("wrong_model", f"the network takes {shapes}", where=path.name,
                          allowed=f"one input {list(wanted)}, as its file says")  # fmt: skip
    _output_name(session, params)
    return session


def _output_name(session, params: Params) -> str:
    names = [one.name for one in session.get_outputs()]
    if params.output in ("first", "last"):
        return names[0 if params.output == "first" else -1]
    if params.output not in names:
        raise EngineFault("wrong_model", f"has no output {params.output!r}", where=params.file, allowed=names)
    return params.output


def _input(picture: np.ndarray, params: Params) -> tuple[np.ndarray, tuple[int, int]]:
    """What the network is given, and the (height, width) of it that the photo fills."""
    side = params.input_side_px
    height, width = picture.shape[:2]
    size = (side, side)
    if params.fit == "pad":
        scale = side / max(height, width)
        size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) * (255.0 / levels(picture))
    if params.scale == "unit":
        small /= 255.0
    elif params.scale == "brightest":
        small /= max(float(small.max()), 1e-6)
    if params.channels == "bgr":
        small = small[..., ::-1]
    small = (small - np.float32(params.mean)) / np.float32(params.std)
    full = np.zeros((side, side, 3), np.float32)  # what pads is the mean
    full[: size[1], : size[0]] = small
    given = full[None] if params.layout == "nhwc" else full.transpose(2, 0, 1)[None]
    return np.ascontiguousarray(given), (size[1], size[0])


def _alpha(answer: np.ndarray, shape: tuple[int, int], box: tuple[int, int], params: Params) -> np.ndarray:
    planes = answer[0] if answer.ndim >= 3 and answer.shape[0] == 1 else answer
    if planes.ndim == 3:
        if planes.shape[2] < min(planes.shape[:2]):  # channels last
            planes = planes.transpose(2, 0, 1)
        if params.channel >= len(planes):
            raise EngineFault("wrong_model", f"the output has {len(planes)} channels", where=params.file,
                              allowed=f"more than {params.channel}")  # fmt: skip
        planes = planes[params.channel]
    if planes.ndim != 2 or min(planes.shape) < 2:
        raise EngineFault("wrong_model", f"the output is {list(answer.shape)}", where=params.file,
                          allowed="one map, such as [1, 1, H, W]")  # fmt: skip
    found = planes.astype(np.float32)
    if not np.isfinite(found).all():
        raise EngineFault("failed", "the network answered with values that are no numbers", where=params.file)
    if params.kind == "logits":
        found = 1.0 / (1.0 + np.exp(-np.clip(found, -60.0, 60.0)))
    if params.stretch_range and found.max() > found.min():
        found = (found - found.min()) / (found.max() - found.min())
    if found.min() < -1e-3 or found.max() > 1.0 + 1e-3:
        raise EngineFault("wrong_model", f"the output spans {found.min():.3g} to {found.max():.3g}", where=params.file,
                          allowed='0 to 1; otherwise kind = "logits" or stretch_range = true')  # fmt: skip
    side = params.input_side_px
    found = found[: max(1, round(found.shape[0] * box[0] / side)), : max(1, round(found.shape[1] * box[1] / side))]
    alpha = np.clip(cv2.resize(found, shape[::-1], interpolation=cv2.INTER_CUBIC), 0.0, 1.0)
    return freeze(1.0 - alpha if params.invert else alpha)


def facts(params: Params, folder: Path) -> Mapping[str, str]:
    """The hash of the file: the same name with other weights is another engine."""
    path = folder / params.file
    if not path.is_file():
        return {params.file: "missing"}
    with path.open("rb") as file:
        return {params.file: hashlib.file_digest(file, "sha256").hexdigest()}


ADAPTER = Adapter(open=open_engine, params=Params, remote=False, facts=facts)
