"""A model takes another's place whole, the former one is kept, and it can be brought back, also after a kill."""

import dataclasses
import threading

import numpy as np
import pytest

from pipeline.models import replace_model as module
from pipeline.models.card import Card, Data
from pipeline.models.former import Former
from pipeline.models.learned_from import learned_from
from pipeline.models.load_model import load_model
from pipeline.models.replace_model import replace_model
from pipeline.models.restore_model import restore_model
from pipeline.models.save_model import save_model
from workbench.domain.errors import ModelError

CARD = Card(
    name="toy", version=1, title="A toy", made_by="by hand", data=(Data(what="numbers", n=1, licence="CC0-1.0"),),
    split="none", figures=(), failures=("always",), input="nothing",
)  # fmt: skip


def _made(folder, value, **more):
    save_model(folder, "toy", {"a": np.full(3, value, np.float32)}, CARD, **more)
    return load_model("toy", folder)


def _value(folder):
    load_model.cache_clear()
    return float(load_model("toy", folder).arrays["a"][0])


@pytest.fixture
def weights(tmp_path):
    _made(tmp_path / "weights", 1.0, beside={"onnx": b"one"})
    return tmp_path / "weights"


def test_the_next_version_takes_its_place_and_the_former_is_kept(weights, tmp_path):
    card = replace_model(_made(tmp_path / "new", 2.0, beside={"onnx": b"two"}), folder=weights)
    assert card.version == 2 and _value(weights) == 2.0
    assert load_model("toy", weights).file_beside("onnx").read_bytes() == b"two"
    (kept,) = Former("toy", weights).kept()
    assert _value(kept) == 1.0 and load_model("toy", kept).file_beside("onnx").read_bytes() == b"one"


def test_back_and_forth_loses_nothing(weights, tmp_path):
    replace_model(_made(tmp_path / "new", 2.0), folder=weights)
    replace_model(_made(tmp_path / "new", 3.0), folder=weights)
    assert restore_model("toy", folder=weights).version == 2 and _value(weights) == 2.0
    assert restore_model("toy", folder=weights).version == 3 and _value(weights) == 3.0
    assert restore_model("toy", version=1, folder=weights).version == 1 and _value(weights) == 1.0
    assert load_model("toy", weights).file_beside("onnx").read_bytes() == b"one"
    assert sorted(Former("toy", weights).versions()) == [2, 3]
    assert replace_model(_made(tmp_path / "new", 4.0), folder=weights).version == 4  # a number is never used twice


def test_nothing_to_restore_is_said(weights):
    with pytest.raises(ModelError, match="there is no former version"):
        restore_model("toy", folder=weights)


def test_a_version_that_is_not_there_is_said(weights, tmp_path):
    replace_model(_made(tmp_path / "new", 2.0), folder=weights)
    with pytest.raises(ModelError, match="no former version 7; allowed: 1"):
        restore_model("toy", version=7, folder=weights)


@pytest.mark.parametrize("at", range(1, 4))
def test_a_kill_between_the_files_is_seen_and_undone(weights, tmp_path, monkeypatch, at):
    """The process dies before its n-th file of three is in place."""
    import os

    from pipeline.models import save_model as saving

    new = _made(tmp_path / "new", 2.0, beside={"onnx": b"two"})
    real, calls = os.replace, []

    def dying(source, target):
        calls.append(target)
        if len(calls) == at:
            raise KeyboardInterrupt
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(saving.os, "replace", lambda s, t: real(s, t) if "former" in str(t) else dying(s, t))
        with pytest.raises(KeyboardInterrupt):
            replace_model(new, folder=weights)
    load_model.cache_clear()
    if at == 1:
        assert _value(weights) == 1.0
    else:
        with pytest.raises(ModelError):
            load_model("toy", weights)
    restore_model("toy", folder=weights)
    assert _value(weights) == 1.0 and load_model("toy", weights).card.version == 1
    assert not list(weights.glob(".*"))


def test_weights_stay_small(weights, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100)
    with pytest.raises(ModelError, match="all weights together"):
        replace_model(_made(tmp_path / "new", 2.0), folder=weights)
    assert _value(weights) == 1.0


def test_two_at_once_take_turns(weights, tmp_path):
    models = [_made(tmp_path / f"new{n}", float(n)) for n in range(2, 8)]
    threads = [threading.Thread(target=replace_model, args=(m,), kwargs={"folder": weights}) for m in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load_model.cache_clear()
    assert load_model("toy", weights).card.version == 7
    assert sorted(Former("toy", weights).versions()) == [1, 2, 3, 4, 5, 6]


def test_a_first_model_needs_no_former(tmp_path):
    (tmp_path / "weights").mkdir()
    new = _made(tmp_path / "new", 2.0)
    assert replace_model(dataclasses.replace(new), folder=tmp_path / "weights").version == 1
    assert not Former("toy", tmp_path / "weights").kept()


def test_who_learned_from_it_is_known(weights):
    for name, facts in {"reader": {"toy": "abc"}, "judge": {"engine": "toy"}, "other": {"engine": "else"}}.items():
        save_model(weights, name, {"a": np.zeros(1)}, dataclasses.replace(CARD, name=name, facts=facts))
    (weights / "broken.json").write_text("{")
    assert learned_from("toy", weights) == ("judge", "reader") and learned_from("reader", weights) == ()
    assert learned_from("subject_net") == ("prepare_net", "risk")
