"""The trained engine: shipped weights that find subjects, run without torch, and say what torch says."""

import shutil
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.engines._subject_network import find_subject, look, session
from pipeline.engines.subject_net import ENGINE, subject_net
from pipeline.evaluation.iou import iou
from pipeline.image import check_values, freeze
from pipeline.models.load_model import WEIGHTS, load_model
from pipeline.steps.load_image import STEP as LOAD
from pipeline.steps.load_image import load_image
from pipeline.steps.segment_subject import STEP, segment_subject
from workbench.domain.errors import ModelError


@pytest.fixture(scope="module")
def shirt(sample_dir):
    folder = sample_dir / "training" / "renders_test"
    photo = cv2.imread(str(folder / "apparel_03_001.jpg"), cv2.IMREAD_COLOR_RGB)
    return freeze(photo), cv2.imread(str(folder / "apparel_03_001_alpha.png"), cv2.IMREAD_GRAYSCALE) / np.float32(255)


def test_finds_an_unseen_product_at_both_depths_in_the_photo_s_own_size(shirt):
    photo, alpha = shirt
    deep = freeze(photo.astype(np.uint16) * 257)
    found = subject_net(photo, ENGINE.params())
    check_values({"image": photo, "confidence": found}, where="subject_net")
    assert iou(found, alpha) > 0.9
    assert np.abs(subject_net(deep, ENGINE.params()) - found).max() < 0.02


@pytest.mark.parametrize("size", [(33, 47), (700, 31), (20, 900), (1, 1), (2, 3000)])
def test_any_shape_keeps_its_shape(size):
    photo = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    found = subject_net(freeze(photo), ENGINE.params())
    assert found.shape == size and found.dtype == np.float32 and found.min() >= 0 and found.max() <= 1


@pytest.mark.parametrize("kind", ["CMYK JPEG", "16-bit PNG", "grey PNG", "tiny", "huge"])
def test_what_photographers_send_is_cut_out(kind, shirt, tmp_path):
    photo, alpha = shirt
    path = tmp_path / ("photo.jpg" if "JPEG" in kind else "photo.png")
    if kind == "CMYK JPEG":
        Image.fromarray(photo).convert("CMYK").save(path, quality=95)
    else:
        side = {"tiny": 40, "huge": 5000}.get(kind, 320)
        turned = cv2.resize(photo, (side, round(side * photo.shape[0] / photo.shape[1])))[..., ::-1]
        turned = {"16-bit PNG": turned.astype(np.uint16) * 257, "grey PNG": turned[..., 1]}.get(kind, turned)
        cv2.imwrite(str(path), turned)
    read = load_image(path=str(path), pixel_limit=100_000_000, params=LOAD.params())["image"]
    found = segment_subject(image=read, params=STEP.params())["confidence"]
    check_values({"image": read, "confidence": found}, where="subject_net")
    wanted = cv2.resize(alpha, found.shape[::-1], interpolation=cv2.INTER_AREA).clip(0, 1)
    assert STEP.params().engine == "subject_net" and iou(found, wanted) > (0.8 if kind == "tiny" else 0.9)


def test_the_mean_with_the_mirrored_photo_is_the_mirrored_photo_s(shirt):
    photo, _ = shirt
    small = np.ascontiguousarray(photo[:320, :320])
    one, _ = look(small, 320, flip=True)
    other, _ = look(np.ascontiguousarray(small[:, ::-1]), 320, flip=True)
    assert np.abs(one - other[:, ::-1]).max() < 1e-4
    assert np.abs(one - look(small, 320)[0]).max() > 1e-3


def test_the_shipped_graph_says_what_the_shipped_weights_say_in_torch(shirt):
    torch = pytest.importorskip("torch")
    from pipeline.training.subject_net_parts.runnable import network_of

    photo = cv2.resize(shirt[0], (320, 256)).astype(np.float32).transpose(2, 0, 1)[None] / 255
    with torch.inference_mode():
        wanted = torch.sigmoid(network_of(load_model("subject_net").arrays)(torch.from_numpy(photo))).numpy()
    found = 1 / (1 + np.exp(-session().run(None, {"photo": photo})[0]))
    assert np.abs(found - wanted).max() < 1e-4 and wanted.max() > 0.9


def test_runs_without_torch():
    code = (
        "import sys, numpy as np; from pipeline.engines.subject_net import ENGINE;"
        "ENGINE.run(np.zeros((64, 64, 3), np.uint8), ENGINE.params()); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_graph_that_is_not_the_card_s_is_refused(tmp_path, shirt):
    for file in WEIGHTS.glob("subject_net.*"):
        shutil.copy(file, tmp_path)
    with open(tmp_path / "subject_net.onnx", "ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelError, match=r"subject_net\.onnx"):
        find_subject(shirt[0], 320, folder=tmp_path)


def test_the_result_s_key_holds_the_weights():
    card = load_model("subject_net").card
    assert set(ENGINE.models) == {card.sha256, *card.beside.values()}
