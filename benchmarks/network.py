"""A network as the benchmark names it to every library, and the arithmetic that it cannot avoid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

GATES = {"rnn": 1, "lstm": 4, "lstm-fcn": 4}


@dataclass(frozen=True)
class Network:
    """Settings that all libraries share; the head is one dense layer of ``n_classes``.

    Parameters
    ----------
    kind
        Simple recurrent, LSTM, or LSTM beside three convolutional blocks.
    units
        Width of each recurrent layer.
    batch_size
        Cases a step.
    dropout
        Share of the last recurrent state that is dropped.
    filters, kernels
        Of the convolutional blocks.
    """

    kind: Literal["rnn", "lstm", "lstm-fcn"]
    units: tuple[int, ...]
    batch_size: int
    dropout: float = 0.0
    n_classes: int = 2
    filters: tuple[int, ...] = ()
    kernels: tuple[int, ...] = ()

    def operations(self, n_steps: int, n_features: int) -> float:
        """Floating-point operations of the matrix products of one case, there and back.

        A product costs as much again for the gradient of its weights and, above the first layer,
        for that of its input. Activations, batch normalisation and the optimiser are not counted.
        """
        if self.kind == "lstm-fcn":  # the LSTM reads each channel as one step
            recurrent = self._recurrent(n_features, n_steps)
            width = self.units[-1] + self.filters[-1]
            return recurrent + self._convolutions(n_steps, n_features) + self._head(width)
        return self._recurrent(n_steps, n_features) + self._head(self.units[-1])

    def _recurrent(self, n_steps: int, n_features: int) -> float:
        products, n_in = 0, n_features
        for depth, width in enumerate(self.units):
            of_input = n_in * (3 if depth else 2)
            of_state = 3 * width if n_steps > 1 else 0
            products += GATES[self.kind] * width * (of_input + of_state)
            n_in = width
        return 2.0 * products * n_steps

    def _convolutions(self, n_steps: int, n_channels: int) -> float:
        forward = block_products(self.filters, self.kernels, n_channels)
        return 2.0 * n_steps * (2 * forward[0] + 3 * sum(forward[1:]))

    def _head(self, width: int) -> float:
        return 2.0 * 3 * width * self.n_classes


def block_products(filters: Sequence[int], kernels: Sequence[int], n_channels: int) -> list[int]:
    """Multiplications a time point of each convolutional block, forward."""
    widths = [n_channels, *filters]
    return [a * b * k for a, b, k in zip(widths, filters, kernels, strict=False)]
