"""Loading says what is wrong; a model that loads is exactly the one that was saved."""

import dataclasses
import json
import shutil

import numpy as np
import pytest

from pipeline.models.card import Card, Data, Figure
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.models.save_model import save_model
from workbench.domain.errors import ModelError

ARRAYS = {"inner": np.arange(12, dtype=np.float32).reshape(3, 4), "offset": np.zeros(3, np.float64)}
CARD = Card(
    name="toy", version=2, title="A toy", made_by="by hand", data=(Data(what="numbers", n=12, licence="CC0-1.0"),),
    split="none", figures=(Figure(test_set="t", category=None, measure="iou", value=0.5, low=None, high=None, n=4),),
    failures=("always",), input="nothing", facts={"sizes": [1, 2]},
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    save_model(tmp_path, "toy", ARRAYS, CARD, beside={"onnx": b"not really"})
    return tmp_path


def test_what_was_saved_comes_back(folder):
    model = load_model("toy", folder)
    assert {name: array.tolist() for name, array in model.arrays.items()} == {
        name: array.tolist() for name, array in ARRAYS.items()
    }
    assert model.arrays["offset"].dtype == np.float64
    assert dataclasses.replace(model.card, sha256="", size_bytes=0, arrays={}, beside={}) == CARD
    assert model.card.label == "toy@2" and model.card.size_bytes == (folder / "toy.safetensors").stat().st_size
    assert model.file_beside("onnx").read_bytes() == b"not really"
    with pytest.raises(ValueError, match="read-only"):
        model.arrays["inner"][0, 0] = 1
    assert sorted(path.name for path in folder.iterdir()) == ["toy.json", "toy.onnx", "toy.safetensors"]


def test_the_same_arrays_give_the_same_file(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("again")
    save_model(other, "toy", dict(reversed(ARRAYS.items())), CARD, beside={"onnx": b"not really"})
    assert load_model("toy", other).sha256 == load_model("toy", folder).sha256


def test_code_says_what_it_expects(folder):
    model = load_model("toy", folder)
    assert model.array("inner", (None, 4), "float32") is model.arrays["inner"]
    with pytest.raises(ModelError, match=r"shape \(3, 4\); allowed: any x 5"):
        model.array("inner", (None, 5))
    with pytest.raises(ModelError, match=r"'inner' is float32; allowed: float64"):
        model.array("inner", dtype="float64")
    with pytest.raises(ModelError, match="did you mean 'inner'"):
        model.array("iner")
    with pytest.raises(ModelError, match="names no file toy.bin"):
        model.file_beside("bin")


def _cut(folder, keep):
    path = folder / "toy.safetensors"
    path.write_bytes(path.read_bytes()[:keep])


def _card(folder, **changes):
    path = folder / "toy.json"
    card = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in card.items() if value is not None}))


def _flip(folder):
    path = folder / "toy.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def _header(folder):
    path = folder / "toy.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[:8] + b"x" + data[9:])


def _other(folder, arrays, version=2):
    """Weights of another making under the old card."""
    card = (folder / "toy.json").read_bytes()
    save_model(folder, "toy", arrays, dataclasses.replace(CARD, version=version), beside={"onnx": b"not really"})
    (folder / "toy.json").write_bytes(card)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda f: (f / "toy.safetensors").unlink(), "there is no toy.safetensors"),
        (lambda f: (f / "toy.json").unlink(), "there is no toy.json"),
        (lambda f: _cut(f, 4), "truncated: 4 bytes, less than its header"),
        (lambda f: _cut(f, 40), "truncated: 40 bytes, less than its header"),
        (lambda f: _cut(f, -8), "the file is truncated"),
        (_header, "the header cannot be read"),
        (lambda f: _other(f, ARRAYS, version=3), "the weights are of version 3, the card of version 2"),
        (_flip, "the weights have the hash"),
        (lambda f: _card(f, sha256="0" * 64), "the card says 000000000000"),
        (lambda f: _other(f, ARRAYS | {"inner": np.zeros((3, 5), np.float32)}), "'inner' is float32 3x5; allowed: float32 3x4"),
        (lambda f: _other(f, ARRAYS | {"inner": np.zeros((3, 4), np.float16)}), "'inner' is float16 3x4; allowed: float32 3x4"),
        (lambda f: _other(f, {"inner": ARRAYS["inner"]}), "'offset' is missing"),
        (lambda f: (f / "toy.json").write_text("{"), "the card is not JSON"),
        (lambda f: (f / "toy.json").write_text("[]"), "not a JSON object"),
        (lambda f: _card(f, licenses="MIT"), "the card has a field 'licenses'"),
        (lambda f: _card(f, split=None), "the card lacks 'split'"),
        (lambda f: _card(f, data=[{"what": "numbers"}]), "the card cannot be read"),
        (lambda f: (f / "toy.onnx").write_bytes(b"another"), "toy.onnx: the file has the hash"),
        (lambda f: (f / "toy.onnx").unlink(), "there is no toy.onnx"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(folder, harm, words):
    harm(folder)
    load_model.cache_clear()
    with pytest.raises(ModelError) as error:
        load_model("toy", folder)
    assert words in str(error.value)


def test_a_model_that_is_not_there_names_the_nearest(folder):
    with pytest.raises(ModelError, match="did you mean 'toy'"):
        load_model("toys", folder)


def test_a_card_goes_with_its_own_model(tmp_path):
    with pytest.raises(ValueError, match="the card is of 'toy', not of 'risk'"):
        save_model(tmp_path, "risk", ARRAYS, CARD)
    assert not list(tmp_path.iterdir())


def test_weights_without_their_new_card_do_not_load(folder):
    """A kill between the two files is seen, and saving again heals it."""
    _other(folder, ARRAYS, version=3)
    load_model.cache_clear()
    with pytest.raises(ModelError, match="restore"):
        load_model("toy", folder)
    save_model(folder, "toy", ARRAYS, CARD)
    assert load_model("toy", folder).card.version == 2


@pytest.mark.parametrize("name", sorted(path.stem for path in WEIGHTS.glob("*.json")))
def test_every_shipped_model_loads_and_its_card_says_something(name):
    model = load_model(name)
    card = model.card
    assert model.name == card.name == name and card.arrays.keys() == model.arrays.keys()
    assert all((card.title, card.made_by, card.data, card.split, card.failures, card.input))
    assert all(one.low is None or one.low <= one.value <= one.high for one in card.figures)


def test_all_shipped_weights_are_small():
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*") if path.is_file()) <= 40e6


def test_weights_need_their_card_to_be_read(tmp_path):
    shutil.copy(WEIGHTS / "classical_evidence.safetensors", tmp_path)
    with pytest.raises(ModelError, match=r"no classical_evidence\.json"):
        load_model("classical_evidence", tmp_path)
