"""The compiled convolution against torch's own and against differences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
import torch
from torch import Tensor

from auscult.models.convolution.run import Backend, choose_backend, convolve

Shape = tuple[int, int, int, int, int, int]

BACKENDS: tuple[Backend, ...] = ("torch", "fused")


@pytest.fixture(autouse=True)
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.manual_seed(0)
    yield
    torch.set_num_threads(before)


def draw(shape: Shape, dtype: torch.dtype = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    """Signal, filters and slopes of a layer of ``(F, B, C_in, C_out, k, T)``."""
    fits, batch, n_in, n_out, taps, steps = shape
    x = torch.randn(batch, fits * n_in, steps, dtype=dtype, requires_grad=True)
    weight = torch.randn(fits, n_out, n_in, taps, dtype=dtype) * (n_in * taps) ** -0.5
    return x, weight.requires_grad_(), torch.randn(batch, fits * n_out, steps, dtype=dtype)


def same(taps: int) -> tuple[int, int]:
    return (taps - 1) // 2, taps // 2


def run(
    tensors: tuple[Tensor, Tensor, Tensor], backend: Backend, pad: tuple[int, int] | None = None
) -> list[Tensor]:
    """The output and the gradients of the signal and of the filters."""
    x, weight, dy = tensors
    y = convolve(x, weight, pad or same(weight.shape[3]), backend=backend)
    return [y, *torch.autograd.grad(y, [x, weight], dy)]


def assert_close(found: list[Tensor], expected: list[Tensor]) -> None:
    for a, b in zip(found, expected, strict=True):
        assert a.shape == b.shape
        assert (a - b).abs().max() <= 1e-5 * b.abs().max().clamp(min=1.0)


SHAPES: list[Shape] = [
    (1, 1, 1, 1, 1, 1),  # the least
    (2, 3, 1, 16, 8, 30),  # one channel: lanes are taps
    (1, 4, 12, 20, 8, 50),  # leads of an ECG: lanes are channels
    (1, 2, 1, 9, 40, 21),  # more taps than lanes, and than points in time
    (1, 2, 20, 20, 1, 40),  # one tap
    (3, 5, 16, 16, 2, 1),  # from here on minimal filtering: a single point in time
    (1, 16, 16, 16, 3, 96),  # whole vectors
    (2, 5, 33, 20, 4, 21),  # two chunks of two, channels that fill no vector
    (1, 3, 17, 41, 7, 83),  # odd everything, a last block of one filter
    (1, 4, 24, 16, 25, 61),  # long filters
    (1, 16, 128, 64, 5, 82),  # several cases a group, two threads
]


@pytest.mark.parametrize(("shape", "threads"), [*product(SHAPES, (1, 2))])
def test_fused_equals_torch(shape: Shape, threads: int) -> None:
    torch.set_num_threads(threads)
    tensors = draw(shape)
    assert_close(run(tensors, "fused"), run(tensors, "torch"))


@pytest.mark.parametrize("pad", [(0, 4), (4, 0), (1, 3)])
@pytest.mark.parametrize("channels", [2, 16])
def test_zeros_may_stand_on_either_side(channels: int, pad: tuple[int, int]) -> None:
    tensors = draw((1, 3, channels, 16, 5, 37))
    assert_close(run(tensors, "fused", pad), run(tensors, "torch", pad))


@pytest.mark.parametrize("shape", [(2, 2, 1, 2, 3, 4), (1, 1, 16, 16, 3, 3), (1, 1, 16, 16, 5, 2)])
def test_gradients_are_those_of_differences(shape: Shape) -> None:
    x, weight, _ = draw(shape, torch.float64)
    pad = same(shape[4])

    def layer(x: Tensor, weight: Tensor) -> Tensor:
        return convolve(x, weight, pad, backend="fused")

    assert torch.autograd.gradcheck(layer, (x, weight), fast_mode=shape[2] > 1)
    assert torch.autograd.gradgradcheck(layer, (x, weight), fast_mode=True)


def test_only_what_is_needed_has_a_gradient() -> None:
    x, weight, dy = draw((1, 3, 16, 16, 3, 20))
    expected = run((x, weight, dy), "torch")
    y = convolve(x.detach(), weight, (1, 1), backend="fused")
    assert_close([*torch.autograd.grad(y, [weight], dy)], expected[2:])
    y = convolve(x, weight.detach(), (1, 1), backend="fused")
    assert_close([*torch.autograd.grad(y, [x], dy)], expected[1:2])


def test_strided_tensors_are_read_as_they_are() -> None:
    x, weight, dy = draw((1, 4, 16, 16, 3, 40))
    turned = x.detach().transpose(1, 2).contiguous().transpose(1, 2).requires_grad_()
    sparse = torch.zeros_like(dy[..., :1]).add(0.5).expand_as(dy)
    expected = run((x, weight, sparse.contiguous()), "torch")
    assert_close(run((turned, weight, sparse), "fused"), expected)


@pytest.mark.parametrize("shape", [(3, 16, 16, 32, 5, 83), (3, 16, 3, 64, 8, 300)])
def test_bits_depend_on_neither_threads_nor_neighbours(shape: Shape) -> None:
    fits, _, n_in, n_out, *_ = shape
    x, weight, dy = draw(shape)
    torch.set_num_threads(1)
    alone = []
    for k in range(fits):
        own = x.detach()[:, k * n_in : (k + 1) * n_in].requires_grad_()
        filters = weight.detach()[k : k + 1].requires_grad_()
        alone.append(run((own, filters, dy[:, k * n_out : (k + 1) * n_out]), "fused"))
    expected = [torch.cat([a[0] for a in alone], 1), torch.cat([a[1] for a in alone], 1)]
    expected.append(torch.cat([a[2] for a in alone]))
    for threads in (1, 2, 3):
        torch.set_num_threads(threads)
        found = run((x, weight, dy), "fused")
        assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_a_case_does_not_depend_on_the_others() -> None:
    x, weight, _ = draw((1, 9, 16, 16, 3, 21))
    together = convolve(x, weight, (1, 1), backend="fused")
    for case in range(9):
        alone = convolve(x[case : case + 1], weight, (1, 1), backend="fused")
        assert torch.equal(together[case : case + 1], alone)


def test_large_numbers_of_one_case_stay_there() -> None:
    x, weight, _ = draw((1, 3, 16, 16, 3, 21))
    with torch.no_grad():
        x[1] = float("inf")
    y = convolve(x, weight, (1, 1), backend="fused")
    assert y[[0, 2]].isfinite().all()


def test_the_choice_is_the_machine_s_and_the_layer_s() -> None:
    x, weight, _ = draw((1, 1, 16, 16, 3, 10))
    assert choose_backend(x, weight) == "torch"  # little to do
    assert choose_backend(x.double(), weight.double()) == "torch"
    assert torch.equal(convolve(x, weight, (1, 1)), convolve(x, weight, (1, 1), backend="torch"))


def test_refuses_what_does_not_fit() -> None:
    x, weight, _ = draw((2, 3, 4, 5, 3, 10))
    for pad in ((1, 0), (-1, 3)):
        with pytest.raises(ValueError, match="k - 1 zeros"):
            convolve(x, weight, pad)
    with pytest.raises(ValueError, match="C_in"):
        convolve(x[:, :4], weight, (1, 1))
    with pytest.raises(ValueError, match="needs 'torch'"):
        convolve(x.half(), weight.half(), (1, 1), backend="fused")
