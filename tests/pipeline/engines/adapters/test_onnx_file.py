"""ONNX files of the shapes that rembg's U²-Net, IS-Net and BiRefNet exports have, built small here."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from pipeline.cutout import Around, EngineFault
from pipeline.engines.adapters.onnx_file import Params, open_engine

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def network(path, *, side, mean, std, logits=False, outputs=1, last=False, layout="nchw"):
    """A network that finds what is redder than green: undoes the normalisation, then a steep threshold."""
    shape = [1, 3, side, side] if layout == "nchw" else [1, side, side, 3]
    out_shape = [1, 1, side, side]
    weights = np.zeros((1, 3, 1, 1), np.float32)
    weights[0, 0], weights[0, 1] = 20 * std[0], -20 * std[1]
    offset = np.float32([20 * (mean[0] - mean[1]) - 5])
    nodes, entry = [], "photo"
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", ["photo"], ["turned"], perm=[0, 3, 1, 2]))
        entry = "turned"
    nodes.append(helper.make_node("Conv", [entry, "w", "b"], ["score"]))
    names = [f"d{n}" for n in range(outputs)]
    right = names[-1] if last else names[0]
    for name in names:
        kind = "Identity" if logits and name == right else "Sigmoid" if name == right else "Relu"
        nodes.append(helper.make_node(kind, ["score"], [name]))
    graph = helper.make_graph(
        nodes, "small",
        [helper.make_tensor_value_info("photo", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, out_shape) for name in names],
        [onnx.numpy_helper.from_array(weights, "w"), onnx.numpy_helper.from_array(offset, "b")],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, path)


EXPORTS = {
    "u2net": ({"side": 320, "mean": IMAGENET[0], "std": IMAGENET[1], "outputs": 7},
              {"input_side_px": 320, "scale": "brightest", "stretch_range": True}),
    "isnet": ({"side": 1024, "mean": (0.5, 0.5, 0.5), "std": (1.0, 1.0, 1.0), "outputs": 2},
              {"input_side_px": 1024, "scale": "brightest", "mean": (0.5, 0.5, 0.5), "std": (1.0, 1.0, 1.0),
               "stretch_range": True}),
    "birefnet": ({"side": 1024, "mean": IMAGENET[0], "std": IMAGENET[1], "logits": True, "outputs": 4, "last": True},
                 {"input_side_px": 1024, "output": "last", "kind": "logits"}),
    "nhwc": ({"side": 128, "mean": IMAGENET[0], "std": IMAGENET[1], "layout": "nhwc"},
             {"input_side_px": 128, "layout": "nhwc", "fit": "pad"}),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_finds_the_disc(tmp_path, name, asked, product):
    shape, params = EXPORTS[name]
    network(tmp_path / "model.onnx", **shape)
    alpha = open_engine(Params(**params), Around(folder=tmp_path))(asked).alpha
    truth = product[1] / 255
    both = ((alpha > 0.5) & (truth > 0.5)).sum() / ((alpha > 0.5) | (truth > 0.5)).sum()
    assert alpha.dtype == np.float32 and alpha.shape == truth.shape and both > 0.95


def test_a_network_that_marks_the_backdrop(tmp_path, asked, product):
    shape, params = EXPORTS["u2net"]
    network(tmp_path / "model.onnx", **shape)
    alpha = open_engine(Params(**params, invert=True), Around(folder=tmp_path))(asked).alpha
    assert alpha[0, 0] > 0.9 and alpha[100, 120] < 0.1


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"input_side_px": 512}, r"takes photo \[1, 3, 320, 320\].*allowed: one input \[1, 3, 512, 512\]"),
        ({"layout": "nhwc"}, "takes photo"),
        ({"output": "matte"}, "no output 'matte'; allowed: d0"),
        ({"file": "other.onnx"}, "no such ONNX file"),
    ],
)
def test_a_model_of_another_shape_is_named_before_any_photo(tmp_path, params, words):
    network(tmp_path / "model.onnx", **EXPORTS["u2net"][0])
    with pytest.raises(EngineFault, match=words) as caught:
        open_engine(Params(**params), Around(folder=tmp_path))
    assert caught.value.kind == "wrong_model"


def test_not_an_onnx_file(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"<html>not found</html>")
    with pytest.raises(EngineFault, match="not an ONNX network"):
        open_engine(Params(), Around(folder=tmp_path))


@pytest.mark.parametrize(
    ("shape", "params", "words"),
    [
        (EXPORTS["birefnet"][0], {"input_side_px": 1024, "output": "last"}, "spans .* allowed: 0 to 1; otherwise kind"),
        (EXPORTS["u2net"][0], {"channel": 3}, "has 1 channels; allowed: more than 3"),
    ],
)
def test_an_output_of_another_kind_is_named(tmp_path, asked, shape, params, words):
    network(tmp_path / "model.onnx", **shape)
    with pytest.raises(EngineFault, match=words):
        open_engine(Params(**params), Around(folder=tmp_path))(asked)
