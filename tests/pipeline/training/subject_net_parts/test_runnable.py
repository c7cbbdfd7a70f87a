"""What runs says what was trained: torch, plain arrays and ONNX agree, at any size."""

import numpy as np
import pytest
import torch
from torch import nn

from pipeline.models.card import Card
from pipeline.models.load_model import load_model
from pipeline.training.subject_net_parts.network import SubjectNet
from pipeline.training.subject_net_parts.runnable import network_of, save_runnable


@pytest.fixture(scope="module")
def trained():
    """Weights as after a training: no normalisation is the identity."""
    torch.manual_seed(1)
    net = SubjectNet(widths=(8, 12, 16, 24, 32), blocks=(0, 1, 1, 1, 1), decoder=(8, 8, 12, 16, 24))
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.uniform_(part.weight, 0.5, 1.5)
            nn.init.normal_(part.bias)
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
    return net.eval()


@pytest.fixture(scope="module")
def folder(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    card = Card(
        name="subject_net", version=1, title="t", made_by="m", data=(), split="", figures=(), failures=(), input=""
    )
    save_runnable(folder, trained, card)
    return folder


def test_the_graph_beside_the_weights_says_what_torch_says(trained, folder):
    from onnxruntime import InferenceSession

    graph = load_model("subject_net", folder).file_beside("onnx")
    session = InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    for shape in ((1, 3, 96, 64), (1, 3, 64, 160), (2, 3, 32, 32)):
        photo = torch.rand(*shape)
        with torch.inference_mode():
            wanted = torch.sigmoid(trained(photo)).numpy()
        found = 1 / (1 + np.exp(-session.run(None, {"photo": photo.numpy()})[0]))
        assert found.shape == (shape[0], 1, *shape[2:]) and np.abs(found - wanted).max() < 1e-4
    assert wanted.std() > 0.01


def test_the_graph_holds_no_numbers_of_its_own(folder):
    sizes = {path.name: path.stat().st_size for path in folder.iterdir()}
    assert sizes["subject_net.onnx"] < sizes["subject_net.safetensors"] / 2
    assert set(load_model("subject_net", folder).card.beside) == {"subject_net.onnx"}


def test_arrays_of_another_network_are_refused(folder):
    with pytest.raises((RuntimeError, ValueError)):
        network_of(load_model("subject_net", folder).arrays)  # these are a narrower network's
