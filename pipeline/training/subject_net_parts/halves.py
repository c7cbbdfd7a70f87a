"""One training step by several threads, each with its part of the batch and one processor core."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn

from pipeline.training.subject_net_parts.loss import loss
from pipeline.training.subject_net_parts.samples import Batch

LONGEST = 5.0  # of the gradient


class Halves:
    """Copies of a network that share its weights, but not its gradients and running figures.

    The parts of a batch are always the same and added in the same order: same batches, same weights.

    Args:
        net: What is trained.
        count: How many parts a batch is cut into.
    """

    def __init__(self, net: nn.Module, count: int) -> None:
        self._nets = [net, *(copy.deepcopy(net) for _ in range(count - 1))]
        for other in self._nets[1:]:
            for own, shared in zip(other.parameters(), net.parameters(), strict=True):
                own.data = shared.data
        self._threads = ThreadPoolExecutor(count)

    def learn(self, optimizer: torch.optim.Optimizer, batch: Batch, device: torch.device) -> float:
        """One step; the loss before it."""
        net, *others = self._nets
        count = len(self._nets)
        for other in others:
            for own, first in zip(other.buffers(), net.buffers(), strict=True):
                own.copy_(first)
        parts = [Batch(batch.photos[k::count], batch.alphas[k::count], batch.known[k::count]) for k in range(count)]
        losses = list(self._threads.map(lambda pair: _gradients(*pair, device), zip(self._nets, parts, strict=True)))
        shares = [len(part.photos) / len(batch.photos) for part in parts]
        with torch.no_grad():
            for weights in zip(*(one.parameters() for one in self._nets), strict=True):
                weights[0].grad = sum(share * weight.grad for share, weight in zip(shares, weights, strict=True))
            for figures in zip(*(one.buffers() for one in self._nets), strict=True):
                if figures[0].is_floating_point():
                    figures[0].copy_(sum(share * one for share, one in zip(shares, figures, strict=True)))
        nn.utils.clip_grad_norm_(net.parameters(), LONGEST)
        optimizer.step()
        return float(sum(share * one for share, one in zip(shares, losses, strict=True)))


def _gradients(net: nn.Module, part: Batch, device: torch.device) -> float:
    """Leave the gradients of one part in its network; its loss."""
    net.train()
    photos = torch.from_numpy(part.photos).to(device).permute(0, 3, 1, 2).float() / 255
    alphas = torch.from_numpy(part.alphas).to(device)[:, None].float() / 255
    known = torch.from_numpy(part.known).to(device)[:, None].float()
    net.zero_grad(set_to_none=True)
    with torch.autocast(device.type, torch.bfloat16):
        fine, coarse = net.scores(photos.contiguous(memory_format=torch.channels_last))
    wrong = loss(fine.float(), coarse.float(), alphas, known)
    wrong.backward()
    return wrong.item()
