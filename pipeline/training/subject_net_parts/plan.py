"""How long to train, on pictures of which size, and how fast to learn when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of the training with one picture size."""

    until: float  # share of all steps at which it ends
    side: int  # px, longest side
    batch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole training, counted in steps so that a resumed one goes on exactly where it stopped."""

    steps: int = 12_000
    stages: tuple[Stage, ...] = (
        Stage(until=0.45, side=128, batch=24),
        Stage(until=0.8, side=192, batch=16),
        Stage(until=1.0, side=320, batch=12),
    )
    rate: float = 2e-3
    warm_up: int = 200  # steps to full rate
    cool_down: float = 0.35  # share of the steps over which the rate falls to nothing
    decay: float = 0.01  # of the weights (AdamW)
    memory: float = 0.998  # of the running mean of the weights, which is what is kept in the end

    say_every: int = 20  # steps between lines of the log
    keep_every: int = 100  # steps between checkpoints

    def stage(self, step: int) -> Stage:
        """The stage a step lies in."""
        return next(stage for stage in self.stages if step < stage.until * self.steps or stage is self.stages[-1])

    def rate_at(self, step: int) -> float:
        """Learning rate of a step: up at first, level, down at the end."""
        left = (self.steps - step) / max(1.0, self.cool_down * self.steps)
        return self.rate * min(1.0, (step + 1) / self.warm_up, left)
