"""All that a training needs to go on: weights, their running mean, the optimizer's moments, the step."""

from __future__ import annotations

import copy
import os
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from workbench.domain.errors import UsageError

MOMENTS = ("exp_avg", "exp_avg_sq")


class Checkpoint:
    """A network in training, on disk and in memory; the file is safetensors, written whole or not at all.

    Args:
        path: Of the file.
        net: The network that is trained.
        rate: Learning rate to begin with.
        decay: Weight decay of the convolutions; normalisation and offsets have none.
    """

    def __init__(self, path: Path, net: nn.Module, *, rate: float, decay: float) -> None:
        self._path, self._net = path, net
        self.mean = copy.deepcopy(net).requires_grad_(False)
        many = [p for p in net.parameters() if p.ndim > 1]
        few = [p for p in net.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": many, "weight_decay": decay}, {"params": few, "weight_decay": 0.0}], lr=rate
        )

    def remember(self, memory: float) -> None:
        """Let the running mean follow the weights; ``memory`` is how much of the old mean stays."""
        now = self._net.state_dict()
        for name, kept in self.mean.state_dict().items():
            if kept.is_floating_point():
                kept.lerp_(now[name], 1 - memory)
            else:
                kept.copy_(now[name])

    def write(self, step: int) -> None:
        """Keep everything as it is after so many steps."""
        tensors = {f"net.{k}": v for k, v in self._net.state_dict().items()}
        tensors |= {f"mean.{k}": v for k, v in self.mean.state_dict().items()}
        for name, weight in self._net.named_parameters():
            for moment in MOMENTS:
                if moment in self.optimizer.state[weight]:
                    tensors[f"{moment}.{name}"] = self.optimizer.state[weight][moment]
        aside = self._path.with_suffix(".part")
        save_file({k: v.contiguous().clone() for k, v in tensors.items()}, aside, metadata={"step": str(step)})
        os.replace(aside, self._path)

    def read(self) -> int:
        """Go on from the file: the steps it has seen, 0 if there is no file.

        Raises:
            UsageError: It is the checkpoint of another network.
        """
        if not self._path.is_file():
            return 0
        with safe_open(self._path, "pt") as file:
            step = int(file.metadata()["step"])
            held = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
        for part, module in (("net.", self._net), ("mean.", self.mean)):
            state = {name.removeprefix(part): value for name, value in held.items() if name.startswith(part)}
            try:
                module.load_state_dict(state)
            except RuntimeError as error:
                raise UsageError(f"checkpoint of another network: {error}", where=str(self._path)) from error
        for name, weight in self._net.named_parameters():
            moments = {m: torch.empty_like(weight).copy_(held[f"{m}.{name}"]) for m in MOMENTS if f"{m}.{name}" in held}
            if moments:
                self.optimizer.state[weight] = {"step": torch.tensor(float(step)), **moments}
        return step
