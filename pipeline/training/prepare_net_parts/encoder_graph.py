"""Cuts the encoder out of the shipped subject network, as a graph that runs without torch."""

from __future__ import annotations

import io
import warnings

import torch
from torch import nn
from torch.nn import functional

from pipeline.models._subject_crop import SIDE
from pipeline.models._subject_encoder import LEVELS
from pipeline.models.load_model import load_model
from pipeline.training.subject_net_parts.runnable import OPSET, network_of


class _Encoder(nn.Module):
    """The maps at 1/8, 1/16 and 1/32 of what the subject network is given."""

    def __init__(self) -> None:
        super().__init__()
        self.net = network_of(load_model("subject_net").arrays).eval()

    def forward(self, photo: torch.Tensor) -> tuple[torch.Tensor, ...]:
        net = self.net
        at = net.stages[0](net.stem(functional.pixel_unshuffle((photo - net.mean) / net.spread, 2)))
        levels = []
        for down, stage in zip(net.down, net.stages[1:], strict=True):
            at = stage(down(at))
            levels.append(at)
        return tuple(levels[-len(LEVELS) :])


def encoder_graph() -> bytes:
    """The graph with its weights; the same bytes for the same subject network."""
    whole = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter announces its successor
        torch.onnx.export(
            _Encoder(), (torch.zeros(1, 3, SIDE, SIDE),), whole, dynamo=False, opset_version=OPSET,
            input_names=["photo"], output_names=[f"level_{width}" for width in LEVELS],
        )  # fmt: skip
    return whole.getvalue()
