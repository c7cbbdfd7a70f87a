"""The training learns, and a training that was killed ends where it would have ended."""

import copy
import json

import cv2
import numpy as np
import pytest
import torch

from pipeline.training.subject_net_parts.checkpoint import Checkpoint
from pipeline.training.subject_net_parts.collection import Collection
from pipeline.training.subject_net_parts.fit import fit
from pipeline.training.subject_net_parts.halves import Halves
from pipeline.training.subject_net_parts.network import SubjectNet
from pipeline.training.subject_net_parts.plan import Plan, Stage
from pipeline.training.subject_net_parts.renders import FULL, Cutout
from pipeline.training.subject_net_parts.samples import Batch, Samples
from workbench.domain.errors import UsageError


class Killed(Exception):
    pass


@pytest.fixture(scope="module")
def samples():
    """Two plain products: a red disc and a pale box."""
    cutouts = []
    for colour, draw in (((0.6, 0.05, 0.05), "disc"), ((0.75, 0.7, 0.6), "box")):
        alpha = np.zeros((96, 80), np.float32)
        if draw == "disc":
            cv2.circle(alpha, (40, 48), 38, 1.0, -1, cv2.LINE_AA)
        else:
            alpha[4:-4, 4:-4] = 1.0
        pixels = np.dstack((alpha[..., None] * np.float32(colour), alpha))
        cutouts.append(Cutout(item=draw, category="toy", pixels=(pixels * FULL).astype(np.uint16)))
    return Samples(Collection(cutouts=tuple(cutouts), renders=(), photos=(), scenes=()), seed=3)


def _plan(steps, **others):
    stages = (Stage(until=0.5, side=64, batch=3), Stage(until=1.0, side=96, batch=2))
    return Plan(steps=steps, stages=stages, warm_up=5, say_every=1, **others)


def _fit(samples, plan, out, say=lambda words: None, **others):
    out.mkdir(exist_ok=True)
    return fit(samples, plan, out, **({"seed": 1, "minutes": None, "resume": True, "say": say} | others))


def test_the_loss_falls(samples, tmp_path):
    plan = Plan(steps=40, stages=(Stage(until=1.0, side=64, batch=4),), warm_up=5, say_every=10)
    _, steps = _fit(samples, plan, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "training.jsonl").read_text().splitlines()]
    assert steps == 40 and [line["step"] for line in lines] == [10, 20, 30, 40]
    assert lines[-1]["loss"] < 0.8 * lines[0]["loss"]


def test_a_killed_training_ends_with_the_same_weights(samples, tmp_path):
    plan = _plan(8, keep_every=3)
    whole, _ = _fit(samples, plan, tmp_path / "whole")

    def kill(words):
        if words.startswith("step 5 "):
            raise Killed

    with pytest.raises(Killed):
        _fit(samples, plan, tmp_path / "killed", say=kill)
    heard = []
    resumed, steps = _fit(samples, plan, tmp_path / "killed", say=heard.append)
    assert steps == 8 and heard[0] == "goes on from step 3 of 8"
    for name, weight in whole.state_dict().items():
        assert torch.equal(weight, resumed.state_dict()[name]), name


def test_stops_when_the_minutes_are_over_and_starts_afresh_when_told_to(samples, tmp_path):
    _, steps = _fit(samples, _plan(4), tmp_path, minutes=0.0)
    assert steps == 0
    _, steps = _fit(samples, _plan(2), tmp_path)
    assert steps == 2
    heard = []
    _fit(samples, _plan(2), tmp_path, resume=False, say=heard.append)
    assert heard[0].startswith("step 1 of 2")


def test_another_network_s_checkpoint_is_refused(tmp_path):
    small = SubjectNet(widths=(8, 8, 8, 8, 8), decoder=(8, 8, 8, 8, 8))
    Checkpoint(tmp_path / "checkpoint.safetensors", small, rate=1e-3, decay=0.0).write(5)
    with pytest.raises(UsageError, match="checkpoint of another network"):
        Checkpoint(tmp_path / "checkpoint.safetensors", SubjectNet(), rate=1e-3, decay=0.0).read()


def test_the_rate_rises_stays_and_falls_to_nothing():
    plan = Plan(steps=1000, warm_up=100, cool_down=0.3, rate=1.0)
    rates = [plan.rate_at(step) for step in (0, 49, 99, 500, 700, 850, 999)]
    assert rates == pytest.approx([0.01, 0.5, 1.0, 1.0, 1.0, 0.5, 1 / 300])


def test_halves_of_a_batch_give_the_gradient_of_the_whole():
    torch.manual_seed(0)
    net = SubjectNet(widths=(8, 8, 8, 8, 8), blocks=(0, 1, 1, 1, 1), decoder=(8, 8, 8, 8, 8))
    one = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    opaque = np.zeros((2, 32, 32), np.uint8)
    opaque[:, 8:24, 8:24] = 255
    twice = [np.repeat(part, 2, axis=0) for part in (one, opaque, np.ones((2, 32, 32), bool))]
    batch, found = Batch(*twice), []
    for count in (1, 2):  # every picture stands in both halves: normalisation sees the same figures
        trained = copy.deepcopy(net)
        before = [weight.detach().clone() for weight in trained.parameters()]
        Halves(trained, count).learn(torch.optim.SGD(trained.parameters(), 0.1), batch, torch.device("cpu"))
        found.append([was - weight.detach() for was, weight in zip(before, trained.parameters(), strict=True)])
    whole, halves = (torch.cat([part.flatten() for part in parts]) for parts in found)
    assert whole.norm() > 0 and (whole - halves).norm() < 0.05 * whole.norm()  # bfloat16
