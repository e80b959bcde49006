"""Signals as images, and the networks that look at them, beside torch's own layers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from auscult.errors import InputError
from auscult.models.images import BatchNorm2d, Conv2d, image_size, pool, to_image
from auscult.models.layers import Context, from_channels, join, to_channels
from auscult.models.lenet import LeNet
from auscult.models.network import Architecture, Network
from auscult.models.resnet import ResNet
from auscult.models.resnet1d import ResNet1D
from auscult.models.table import model_class
from auscult.types import InputShape

BEAT = InputShape(1, 187, 5)
IMAGES = ["lenet", "vgg", "googlenet", "resnet"]


def built(architecture: Architecture, shape: InputShape = BEAT, fits: int = 1) -> Network:
    network = architecture.build(fits, shape)
    for fit in range(fits):
        network.initialise(fit, torch.Generator().manual_seed(fit))
    return network


def n_numbers(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(("points", "size"), [(1, 1), (4, 2), (5, 3), (169, 13), (187, 14)])
def test_the_smallest_image_holds_every_point(points: int, size: int) -> None:
    assert image_size(points) == size
    assert (size - 1) ** 2 < points <= size**2


@pytest.mark.parametrize("size", [1, 12, 13, 14, 20])
def test_an_image_is_the_signal_row_by_row(size: int) -> None:
    x = torch.randn(2, 3, 187)
    image = to_image(x, size)
    assert image.shape == (2, 3, size, size)
    kept = min(187, size * size)
    assert torch.equal(image.flatten(2)[..., :kept], x[..., :kept])
    assert bool((image.flatten(2)[..., kept:] == 0).all())


def test_an_image_of_as_many_points_is_a_reshape() -> None:
    x = torch.arange(9.0)
    assert torch.equal(to_image(x, 3), x.view(3, 3))


@pytest.mark.parametrize(("kernel", "stride", "bias"), [(3, 1, False), (4, 1, True), (3, 2, True)])
def test_conv2d_is_one_convolution_a_fit(kernel: int, stride: int, bias: bool) -> None:
    layer = Conv2d(2, 3, 4, kernel, stride=stride, bias=bias)
    for fit in range(2):
        layer.initialise(fit, torch.Generator().manual_seed(fit))
    if layer.bias is not None:
        nn.init.uniform_(layer.bias)
    x = torch.randn(2, 5, 3, 7, 7)
    y = from_channels(layer(x.transpose(0, 1).flatten(1, 2)), 2)
    before, behind = (kernel - 1) // 2, kernel // 2
    for fit in range(2):
        wide = nn.functional.pad(x[fit], (before, behind, before, behind))
        own = None if layer.bias is None else layer.bias[fit]
        expected = nn.functional.conv2d(wide, layer.weight[fit], own, stride=stride)
        torch.testing.assert_close(y[fit], expected)


def test_batch_norm_of_images_is_torchs_also_in_ragged_batches() -> None:
    x = torch.randn(2, 6, 3, 4, 4)
    ours = BatchNorm2d(2, 3)
    y = from_channels(ours(x.transpose(0, 1).flatten(1, 2), Context(sizes=[6, 4])), 2)
    for fit, size in enumerate([6, 4]):
        theirs = nn.BatchNorm2d(3, eps=ours.eps)
        torch.testing.assert_close(y[fit, :size], theirs(x[fit, :size]))
        torch.testing.assert_close(ours.running_mean[fit], theirs.running_mean)
        torch.testing.assert_close(ours.running_var[fit], theirs.running_var)


def test_one_case_of_one_pixel_has_no_variance_to_divide_by() -> None:
    norm = BatchNorm2d(1, 3)
    y = norm(torch.randn(1, 3, 1, 1), Context(sizes=[1]))
    assert bool((y == 0).all())
    assert bool((norm.running_var == 1).all())


def test_joined_channels_stay_with_their_fit() -> None:
    first, second = torch.randn(2, 5, 3, 8), torch.randn(2, 5, 1, 8)
    joined = from_channels(join([to_channels(first), to_channels(second)], 2), 2)
    assert torch.equal(joined, torch.cat([first, second], dim=2))


def test_pooling_loses_no_row() -> None:
    x = torch.arange(9.0).view(1, 1, 3, 3)
    assert pool(x).flatten().tolist() == [4, 5, 7, 8]
    assert pool(x[..., :1, :1]).shape == (1, 1, 1, 1)


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize(("size", "points"), [(None, 187), (12, 187), (13, 187), (1, 187), (16, 3)])
def test_any_size_will_do(name: str, size: int | None, points: int) -> None:
    network = built(model_class(name)(size=size), InputShape(2, points, 3)).eval()
    assert network(torch.randn(1, 2, 2, points), Context()).shape == (1, 2, 3)


@pytest.mark.parametrize("name", IMAGES)
@pytest.mark.parametrize("size", [0, -1, 2.5, "14", True, 129])
def test_a_size_that_is_none_is_refused(name: str, size: object) -> None:
    with pytest.raises(InputError, match="size"):
        model_class(name)(size=size)


def test_what_is_cut_off_plays_no_part() -> None:
    network = built(LeNet(size=12)).eval()
    x = torch.randn(1, 3, 1, 187)
    other = x.clone()
    other[..., 144:] = 7.0
    assert torch.equal(network(x, Context()), network(other, Context()))


def test_inception_refuses_channels_that_cannot_be_dealt() -> None:
    with pytest.raises(InputError, match=r"multiples of 16.*24\+32"):
        model_class("googlenet")(filters=(24, 32))


def twin_of_lenet() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2, ceil_mode=True),
        nn.Flatten(),
        nn.Linear(256, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 5),
    )


def test_lenet_is_its_twin_in_torch() -> None:
    network, twin = built(LeNet()), twin_of_lenet()
    assert network.n_parameters == n_numbers(twin) == 44_001
    for ours, theirs in zip(network.parameters(), twin.parameters(), strict=True):
        theirs.data.copy_(ours.data[0])
    x = torch.randn(4, 187)
    padded = nn.functional.pad(x, (0, 9)).view(4, 1, 14, 14)
    torch.testing.assert_close(network(x.view(1, 4, 1, 187), Context())[0], twin(padded))


class TwinOfResNet1D(nn.Module):
    """The network of Wang et al. 2017, written with torch's own layers."""

    def __init__(self, filters: tuple[int, ...], pool: int = 1) -> None:
        super().__init__()
        self.pool = nn.MaxPool1d(pool, ceil_mode=True)
        self.bodies, self.shortcuts = nn.ModuleList(), nn.ModuleList()
        n_in = 1
        for n in filters:
            widths = [(n_in, n, 8), (n, n, 5), (n, n, 3)]
            body = [
                nn.Sequential(
                    nn.Conv1d(a, b, kernel, padding="same", bias=False),
                    nn.BatchNorm1d(b, eps=1e-3),
                )
                for a, b, kernel in widths
            ]
            self.bodies.append(nn.Sequential(body[0], nn.ReLU(), body[1], nn.ReLU(), body[2]))
            projection = [nn.Conv1d(n_in, n, 1, bias=False)] if n_in != n else []
            self.shortcuts.append(nn.Sequential(*projection, nn.BatchNorm1d(n, eps=1e-3)))
            n_in = n
        self.head = nn.Linear(n_in, 5)

    def forward(self, x: Tensor) -> Tensor:
        for body, shortcut in zip(self.bodies, self.shortcuts, strict=True):
            x = x if body is self.bodies[0] else self.pool(x)
            x = torch.relu(body(x) + shortcut(x))
        return self.head(x.mean(2))  # type: ignore[no-any-return]


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("pool", [1, 2, 3])
def test_resnet_1d_is_its_twin_in_torch(pool: int) -> None:
    network = built(ResNet1D(filters=(4, 6, 6), pool=pool)).train()
    twin = TwinOfResNet1D((4, 6, 6), pool).train()
    for ours, theirs in zip(_by_block(network), twin.parameters(), strict=True):
        theirs.data.copy_(ours.data[0])
    x = torch.randn(4, 1, 50)
    y = network(x.unsqueeze(0), Context(sizes=[4]))[0]
    torch.testing.assert_close(y, twin(x), rtol=1e-4, atol=1e-5)
    for filters in [(32, 64, 64), (64, 128, 128)]:
        whole = built(ResNet1D(filters=filters))
        assert whole.n_parameters == n_numbers(TwinOfResNet1D(filters))


@pytest.mark.parametrize("points", [1, 2, 3, 9])
def test_a_short_signal_is_pooled_to_a_point_and_no_further(points: int) -> None:
    architecture = ResNet1D(filters=(4, 4, 4, 4), kernels=(3,), pool=4, dropout=0.5)
    shape = InputShape(2, points, 3)
    network = built(architecture, shape).eval()
    logits = network(torch.randn(1, 5, 2, points), Context())
    assert logits.shape == (1, 5, 3)
    assert torch.isfinite(logits).all()
    assert architecture.uses(shape) == 1


def test_pooling_costs_no_weights_and_saves_their_use() -> None:
    plain, halved = ResNet1D(), ResNet1D(pool=2)
    assert built(plain).n_parameters == built(halved).n_parameters
    assert halved.uses(BEAT) == plain.uses(BEAT) // 2


def _by_block(network: Network) -> list[nn.Parameter]:
    """The parameters of a 1-D ResNet in the order of its twin: bodies, shortcuts, head."""
    named = dict(network.named_parameters())
    bodies = [
        named[f"blocks.{b}.{layer}"]
        for b in range(3)
        for c in range(3)
        for layer in (f"convolutions.{c}.weight", f"norms.{c}.weight", f"norms.{c}.bias")
    ]
    ends = ("projection.weight", "shortcut_norm.weight", "shortcut_norm.bias")
    names = [f"blocks.{b}.{end}" for b in range(3) for end in ends]
    shortcuts = [named[name] for name in names if name in named]
    return [*bodies, *shortcuts, named["head.weight"], named["head.bias"]]


def test_resnet_halves_its_image_between_stages() -> None:
    network = built(ResNet(filters=(4, 6, 8)), fits=2)
    sizes: list[int] = []
    for block in network.blocks:  # type: ignore[union-attr]
        block.register_forward_hook(lambda _, __, y: sizes.append(y.shape[-1]))
    network.eval()(torch.randn(2, 1, 1, 187), Context())
    assert sizes == [14, 14, 7, 7, 4, 4]


@pytest.mark.parametrize("depth", range(1, 8))
def test_inception_time_has_a_shortcut_around_every_third_module(depth: int) -> None:
    network = built(model_class("inception-time")(depth=depth, filters=2)).eval()
    assert len(network.shortcuts) == depth // 3  # type: ignore[arg-type]
    assert network(torch.randn(1, 2, 1, 187), Context()).shape == (1, 2, 5)


@pytest.mark.parametrize("name", [*IMAGES, "resnet-1d", "inception-time"])
def test_every_number_learns(name: str) -> None:
    network = built(model_class(name)(), fits=1).eval()
    x = torch.randn(1, 8, 1, 187)
    network(x, Context()).log_softmax(-1)[0, :, 0].sum().backward()
    still = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert not still
