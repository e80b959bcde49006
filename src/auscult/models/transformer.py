"""Small Transformer encoder."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from auscult.errors import InputError
from auscult.models.layers import Context, Dropout, LayerNorm, Linear, StackedLayer
from auscult.models.network import Architecture, Network
from auscult.types import InputShape, Tags


@dataclass(frozen=True)
class Transformer(Architecture):
    """Transformer encoder (Vaswani et al. 2017) with normalisation first (Xiong et al. 2020).

    A signal becomes patches of time points with a learned place each; a table's row becomes one
    token a feature, its value times a learned direction (Gorishniy et al., NeurIPS 2021). The
    head sees the mean over the tokens.

    Parameters
    ----------
    width, heads, layers
        Size of a token, number of attention heads (divides ``width``), number of blocks.
    patches
        The most tokens that a signal is cut into.
    dropout
        Share dropped behind attention and behind the dense block, in training.
    """

    label: ClassVar[str] = "Transformer"
    tags: ClassVar[Tags] = Tags(network=True)
    widest: ClassVar[int] = 8

    width: int = 32
    heads: int = 4
    layers: int = 2
    patches: int = 32
    dropout: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.width % self.heads:
            raise InputError(
                f"the 'heads' of the {self.label} must divide its 'width' ({self.width}). "
                f"Got {self.heads}."
            )

    def uses(self, shape: InputShape) -> int:
        return (
            shape.n_timepoints if shape.kind == "table" else min(self.patches, shape.n_timepoints)
        )

    def build(self, fits: int, shape: InputShape) -> Network:
        return TransformerNetwork(fits, shape, self)


class FeatureTokens(StackedLayer):
    """``(F, B, 1, n)`` to ``(F, B, n, width)``: ``valueⱼ · directionⱼ + placeⱼ``."""

    def __init__(self, fits: int, n_tokens: int, width: int) -> None:
        super().__init__()
        self.direction = nn.Parameter(torch.empty(fits, n_tokens, width))
        self.place = nn.Parameter(torch.empty(fits, n_tokens, width))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        bound = 1.0 / math.sqrt(self.place.shape[2])
        self.direction.data[fit].uniform_(-bound, bound, generator=generator)
        self.place.data[fit].uniform_(-bound, bound, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        return x.squeeze(2).unsqueeze(-1) * self.direction.unsqueeze(1) + self.place.unsqueeze(1)


class PatchTokens(StackedLayer):
    """``(F, B, C, T)`` to ``(F, B, n_patches, width)``: a linear map of a patch, and its place."""

    def __init__(self, fits: int, shape: InputShape, n_patches: int, width: int) -> None:
        super().__init__()
        self.length = math.ceil(shape.n_timepoints / n_patches)
        n_patches = math.ceil(shape.n_timepoints / self.length)
        self.padding = n_patches * self.length - shape.n_timepoints
        self.map = Linear(fits, shape.n_channels * self.length, width)
        self.place = nn.Parameter(torch.empty(fits, n_patches, width))

    def initialise(self, fit: int, generator: torch.Generator) -> None:
        self.place.data[fit].normal_(0.0, 0.02, generator=generator)

    def forward(self, x: Tensor) -> Tensor:
        patches = fn.pad(x, (0, self.padding)).unfold(3, self.length, self.length)
        tokens: Tensor = self.map(patches.transpose(2, 3).flatten(3))
        return tokens + self.place.unsqueeze(1)


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """``softmax(q kᵀ / √d) v`` for ``(..., n, d)``.

    Torch's fused kernel works on blocks of tokens; where there are fewer than a block, plain
    products take half its time.
    """
    n, size = query.shape[-2:]
    if n > 64:
        return fn.scaled_dot_product_attention(query, key, value)
    score: Tensor = (query * size**-0.5) @ key.transpose(-1, -2)
    return score.softmax(-1) @ value


class EncoderBlock(nn.Module):
    """``x + attention(norm(x))``, then ``x + dense(norm(x))``; ``(F, B, n, width)``."""

    def __init__(self, fits: int, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm_attention, self.norm_dense = LayerNorm(fits, width), LayerNorm(fits, width)
        # Without biases: softmax takes the key's out again, so its gradient would be noise.
        self.query_key_value = Linear(fits, width, 3 * width, bias=False)
        self.out = Linear(fits, width, width)
        self.widen, self.narrow = Linear(fits, width, 4 * width), Linear(fits, 4 * width, width)
        self.dropout = Dropout(dropout)

    def attention(self, x: Tensor) -> Tensor:
        fits, batch, n, width = x.shape
        parts = self.query_key_value(x).view(fits * batch, n, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)  # each (F·B, heads, n, width/heads)
        mixed = _attend(query, key, value)
        return self.out(mixed.transpose(1, 2).reshape(fits, batch, n, width))  # type: ignore[no-any-return]

    def forward(self, x: Tensor, context: Context) -> Tensor:
        x = x + self.dropout(self.attention(self.norm_attention(x)), context)
        dense = self.narrow(fn.gelu(self.widen(self.norm_dense(x))))
        return x + self.dropout(dense, context)  # type: ignore[no-any-return]


class TransformerNetwork(Network):
    def __init__(self, fits: int, shape: InputShape, settings: Transformer) -> None:
        super().__init__(fits, shape)
        width = settings.width
        if shape.kind == "table":
            self.tokens: StackedLayer = FeatureTokens(fits, shape.n_timepoints, width)
        else:
            self.tokens = PatchTokens(fits, shape, settings.patches, width)
        self.blocks = nn.ModuleList(
            EncoderBlock(fits, width, settings.heads, settings.dropout)
            for _ in range(settings.layers)
        )
        self.norm = LayerNorm(fits, width)
        self.head = Linear(fits, width, shape.n_outputs)

    def logits(self, x: Tensor, context: Context) -> Tensor:
        h = self.tokens(x)
        for block in self.blocks:
            h = block(h, context)
        return self.head(self.norm(h).mean(2))  # type: ignore[no-any-return]
