"""The training loop: stopped at any step it goes on from its last checkpoint as if it had not been."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import torch

from pipeline.training.subject_net_parts.checkpoint import Checkpoint
from pipeline.training.subject_net_parts.halves import Halves
from pipeline.training.subject_net_parts.network import SubjectNet
from pipeline.training.subject_net_parts.plan import Plan
from pipeline.training.subject_net_parts.samples import Batch, Samples


def fit(
    samples: Samples,
    plan: Plan,
    out: Path,
    *,
    seed: int,
    minutes: float | None,
    resume: bool,
    say: Callable[[str], None],
) -> tuple[SubjectNet, int]:
    """Train until the plan is done or the minutes are over.

    Args:
        samples: Where batches come from.
        plan: How long and how.
        out: Folder of ``checkpoint.safetensors`` and ``training.jsonl``.
        seed: Of the starting weights.
        minutes: Wall-clock limit of this call; None for none.
        resume: Whether to go on from the folder's checkpoint.
        say: Told how it goes.

    Returns:
        The network with the running mean of its weights, and the number of steps it has seen.
    """
    # threads that share one operation wait for each other actively: on a busy machine that cost 15 times the work
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(seed)
    net = SubjectNet().to(device=device, memory_format=torch.channels_last)
    halves = Halves(net, 2 if device.type == "cpu" else 1)
    checkpoint = Checkpoint(out / "checkpoint.safetensors", net, rate=plan.rate, decay=plan.decay)
    step = checkpoint.read() if resume else 0
    if step:
        say(f"goes on from step {step} of {plan.steps}")
    started, losses = time.monotonic(), []
    with (
        ThreadPoolExecutor(1 if device.type == "cpu" else 12) as makers,
        open(out / "training.jsonl", "a" if step else "w", encoding="utf-8") as log,
    ):
        ahead = 1 if device.type == "cpu" else 24
        coming = {s: _make(makers, samples, plan, s) for s in range(step, min(step + ahead, plan.steps))}
        while step < plan.steps and (minutes is None or time.monotonic() - started < 60 * minutes):
            batch = coming.pop(step).result()
            if step + ahead < plan.steps:
                coming[step + ahead] = _make(makers, samples, plan, step + ahead)
            for group in checkpoint.optimizer.param_groups:
                group["lr"] = plan.rate_at(step)
            losses.append(halves.learn(checkpoint.optimizer, batch, device))
            step += 1
            checkpoint.remember(min(plan.memory, step / (step + 10)))
            if step % plan.say_every == 0 or step == plan.steps:
                line = {"step": step, "loss": round(float(np.mean(losses)), 4), "side": plan.stage(step - 1).side,
                        "seconds": round(time.monotonic() - started, 1)}  # fmt: skip
                log.write(json.dumps(line) + "\n")
                log.flush()
                say(f"step {step} of {plan.steps}: loss {line['loss']:.4f} at {line['side']} px")
                losses.clear()
            if step % plan.keep_every == 0:
                checkpoint.write(step)
    checkpoint.write(step)
    return checkpoint.mean.eval(), step


def _make(makers: ThreadPoolExecutor, samples: Samples, plan: Plan, step: int) -> Future[Batch]:
    stage = plan.stage(step)
    return makers.submit(samples.batch, step, stage.batch, stage.side)
