"""The network while it is trained; `pipeline.models.mole_hair` runs its weights without torch."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.models.mole_hair import CLASSES, SIDE, relative
from pipeline.training.mole_hair_parts.labelled import Labelled
from pipeline.training.mole_hair_parts.varied import varied

CHANNELS = (12, 24, 32, 48)
STEPS = 500
BATCH = 96
RATE = 3e-3
DECAY = 5e-3


def fit(data: Labelled, *, seed: int, drawn: bool = True, steps: int = STEPS, say: Callable[[str], None] | None = None):
    """Weights learned from scratch, as plain arrays.

    Classes come equally often; within one, a photo with many crops comes more often, but only as the root of how many.

    Args:
        data: Crops to learn from.
        seed: Of everything.
        drawn: Whether hairs may be drawn over skin.
        steps: Batches.
        say: Told how it goes.
    """
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    module = _module(torch).to(memory_format=torch.channels_last)  # half the time on a processor
    optimizer = torch.optim.AdamW(module.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE, total_steps=steps)
    chance = _chances(data)
    module.train()
    for step in range(steps):
        chosen = rng.choice(len(data), BATCH, p=chance)
        pairs = [varied(data.crops[i], int(data.labels[i]), rng, drawn=drawn) for i in chosen]
        inputs = torch.from_numpy(relative(np.stack([crop for crop, _ in pairs]))).permute(0, 3, 1, 2)
        labels = torch.tensor([label for _, label in pairs])
        loss = torch.nn.functional.cross_entropy(module(inputs), labels, label_smoothing=0.02)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if say and step % 100 == 99:
            say(f"step {step + 1} of {steps}: loss {loss.item():.3f}")
    return _arrays(module.eval())


def torch_logits(arrays: dict[str, np.ndarray], crops: np.ndarray) -> np.ndarray:
    """What torch says of squares (N, 32, 32, 3), for the comparison with the runtime."""
    return torch_embedding(arrays, crops) @ arrays["head_weight"] + arrays["head_bias"]


def torch_embedding(arrays: dict[str, np.ndarray], crops: np.ndarray) -> np.ndarray:
    """What the head sees of squares (N, 32, 32, 3)."""
    import torch

    values = torch.from_numpy(relative(crops)).permute(0, 3, 1, 2)
    for layer in range(len(CHANNELS)):
        weight = torch.from_numpy(arrays[f"conv{layer}_weight"]).reshape(3, 3, -1, CHANNELS[layer]).permute(3, 2, 0, 1)
        values = torch.relu(torch.conv2d(values, weight, torch.from_numpy(arrays[f"conv{layer}_bias"]), padding=1))
        if layer < len(CHANNELS) - 1:
            values = torch.max_pool2d(values, 2)
    return torch.cat([values.mean((2, 3)), values.amax((2, 3))], 1).numpy()


def _chances(data: Labelled) -> np.ndarray:
    chance = np.zeros(len(data))
    present = [label for label in range(len(CLASSES)) if (data.labels == label).any()]
    for label in present:
        own = data.labels == label
        _, index, counts = np.unique(data.sources[own], return_inverse=True, return_counts=True)
        chance[own] = 1.0 / counts[index] ** 0.5
        chance[own] /= chance[own].sum() * len(present)
    return chance


def _module(torch):
    class Net(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            inputs = (3, *CHANNELS[:-1])
            pairs = list(zip(inputs, CHANNELS, strict=True))
            self.convolutions = torch.nn.ModuleList(torch.nn.Conv2d(a, b, 3, padding=1, bias=False) for a, b in pairs)
            self.norms = torch.nn.ModuleList(torch.nn.BatchNorm2d(b) for b in CHANNELS)
            self.drop = torch.nn.Dropout(0.3)
            self.head = torch.nn.Linear(2 * CHANNELS[-1], len(CLASSES))

        def forward(self, values):
            for index, (convolve, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
                values = torch.relu(norm(convolve(values)))
                if index < len(CHANNELS) - 1:
                    values = torch.max_pool2d(values, 2)
            pooled = torch.cat([values.mean((2, 3)), values.amax((2, 3))], 1)
            return self.head(self.drop(pooled))

    assert SIDE % 2 ** (len(CHANNELS) - 1) == 0
    return Net()


def _arrays(module) -> dict[str, np.ndarray]:
    """Normalisation folded into the convolutions; kernels as (9 * channels in, channels out)."""
    arrays = {}
    for index, (convolve, norm) in enumerate(zip(module.convolutions, module.norms, strict=True)):
        gain = (norm.weight / (norm.running_var + norm.eps).sqrt()).detach()
        weight = (convolve.weight.detach() * gain[:, None, None, None]).permute(2, 3, 1, 0)
        arrays[f"conv{index}_weight"] = weight.reshape(-1, weight.shape[-1]).numpy().astype(np.float32)
        arrays[f"conv{index}_bias"] = (norm.bias - norm.running_mean * gain).detach().numpy().astype(np.float32)
    arrays["head_weight"] = module.head.weight.detach().numpy().T.astype(np.float32).copy()
    arrays["head_bias"] = module.head.bias.detach().numpy().astype(np.float32)
    return arrays
