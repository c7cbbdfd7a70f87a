"""From a trained network to what is shipped: plain arrays, and a graph that reads them from the same file."""

from __future__ import annotations

import copy
import io
import json
import warnings
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from pipeline.models.card import Card
from pipeline.models.save_model import save_model
from pipeline.training.subject_net_parts.network import SubjectNet

OPSET = 17  # of the graph: understood by every ONNX Runtime since 1.12


def folded(net: SubjectNet) -> SubjectNet:
    """The same function with each normalisation folded into its convolution, for running only."""
    net = copy.deepcopy(net).cpu().float().eval().to(memory_format=torch.contiguous_format)
    for module in list(net.modules()):
        pair = [(name, part) for name, part in module.named_children() if isinstance(part, nn.Conv2d | nn.BatchNorm2d)]
        for (before, conv), (after, norm) in pairwise(pair):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, before, fuse_conv_bn_eval(conv, norm))
                setattr(module, after, nn.Identity())
    return net


def arrays_of(net: SubjectNet) -> dict[str, np.ndarray]:
    """Everything a `folded` network needs to run, by name."""
    return {name: value.numpy() for name, value in net.state_dict().items() if not name.startswith("coarse.")}


def network_of(arrays: Mapping[str, np.ndarray]) -> SubjectNet:
    """The network of such arrays, in torch: for measuring what is shipped against what was trained."""
    net = folded(SubjectNet())
    state = {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}
    missing, unknown = net.load_state_dict(state, strict=False)
    if unknown or any(not name.startswith("coarse.") for name in missing):
        raise ValueError(f"arrays of another network: {sorted(unknown)}, without {sorted(missing)}")
    return net


def save_runnable(folder: Path, net: SubjectNet, card: Card) -> Path:
    """Write weights, graph and card; the graph holds no numbers but refers to places in the weights file.

    Args:
        folder: Where to.
        net: As trained.
        card: What it is.

    Returns:
        Path of the weights.
    """
    net = folded(net)
    arrays = arrays_of(net)
    weights = save_model(folder, card.name, arrays, card)
    return save_model(folder, card.name, arrays, card, beside={"onnx": _graph(net, weights)})


def _graph(net: SubjectNet, weights: Path) -> bytes:
    """The network as ONNX; each initializer points into the safetensors file beside it."""
    data = weights.read_bytes()
    length = int.from_bytes(data[:8], "little")
    places = json.loads(data[8 : 8 + length])
    whole = io.BytesIO()
    free = {0: "n", 2: "h", 3: "w"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its successor
        torch.onnx.export(
            net, (torch.zeros(1, 3, 64, 96),), whole, dynamo=False, opset_version=OPSET, input_names=["photo"],
            output_names=["scores"], dynamic_axes={"photo": free, "scores": free}, do_constant_folding=False,
        )  # fmt: skip
    model = onnx.load_from_string(whole.getvalue())
    for array in model.graph.initializer:
        if array.name not in places:
            continue
        start, end = places[array.name]["data_offsets"]
        array.ClearField("raw_data")
        array.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", weights.name), ("offset", 8 + length + start), ("length", end - start)):
            array.external_data.add(key=key, value=str(value))
    return model.SerializeToString(deterministic=True)
