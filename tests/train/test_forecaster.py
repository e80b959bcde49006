"""Networks that forecast: what they see, how they are trained, and that they learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch.nn import functional as fn

from auscult.errors import DivergedError, InputError
from auscult.models.forecast.base import Windows
from auscult.models.forecast.spec import ForecastSpec, Task, parse_forecasters
from auscult.models.forecast.table import FORECASTERS
from auscult.train.estimator import estimator_class
from auscult.train.examples import default_window, training_examples
from auscult.train.forecaster import NetworkForecaster
from auscult.train.forecasters import build, forecaster_class
from auscult.train.losses import value_losses
from auscult.train.parts import Part
from auscult.train.run import Fitted
from auscult.train.settings import Training
from auscult.train.stack import fit_stack
from auscult.train.windows import WindowMaker, calendar_waves
from auscult.types import InputShape

Values = NDArray[np.float64]

pytestmark = pytest.mark.usefixtures("one_thread")

NETWORKS = [n for n in FORECASTERS if issubclass(forecaster_class(n), NetworkForecaster)]


def seasonal(n_points: int = 600, seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    t = np.arange(n_points)
    found: Values = 50 + 10 * np.sin(2 * np.pi * t / 12) + 0.3 * rng.normal(size=n_points)
    return found


def made(name: str, **settings: Any) -> Any:
    small: dict[str, Any] = {"lags": 24, "season": 12, "horizon": 6, "random_state": 0}
    return forecaster_class(name)(**(small | settings))


@given(
    seed=st.integers(0, 99),
    horizon=st.integers(1, 30),
    bounds=st.sampled_from([None, (0.0, 100.0), (-3.0, 5.0)]),
    panel=st.booleans(),
    seasons=st.sampled_from([(), (12,), (5, 20), (40,)]),
)
def test_scaled_targets_become_the_points_again(
    seed: int,
    horizon: int,
    bounds: tuple[float, float] | None,
    panel: bool,
    seasons: tuple[int, ...],
) -> None:
    rng = np.random.default_rng(seed)
    points = 100 * rng.normal(size=(4, 20 + horizon))
    windows = Windows(points[:, :20], np.full(4, 57), target=points[:, 20:])
    maker = WindowMaker(20, horizon, seasons, True, bounds, panel)
    maker = maker.measured(maker.targets(windows))
    back = maker.forecast(maker.targets(windows), windows)
    np.testing.assert_allclose(back, points[:, 20:], atol=1e-8)
    assert maker.inputs(windows).shape == (4, maker.n_channels, 20)


def test_many_steps_lean_on_the_same_position_of_the_latest_season() -> None:
    y = np.arange(24.0) % 12
    windows = Windows(y[None], np.array([24]))
    found = WindowMaker(24, 30, (12,)).forecast(np.zeros((1, 30)), windows)
    np.testing.assert_allclose(found[0], np.arange(30) % 12)


def test_the_calendar_is_that_of_the_point() -> None:
    at = np.array([[5, 6, 7], [17, 18, 19]])
    waves = calendar_waves(at, (12,))
    np.testing.assert_allclose(waves[0], waves[1], atol=1e-12)
    np.testing.assert_allclose(waves[0, 0], np.sin(2 * np.pi * np.arange(5, 8) / 12))


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_losses_are_those_of_torch(loss: Any) -> None:
    output, y = torch.randn(2, 5, 3) * 2, torch.randn(2, 5, 3)
    of = {"mse": fn.mse_loss, "mae": fn.l1_loss, "huber": fn.smooth_l1_loss}[loss]
    ours = value_losses(output, y, Training(loss=loss))
    torch.testing.assert_close(ours, of(output, y, reduction="none").mean(-1))


def parts(n_fits: int) -> list[Part]:
    rng = np.random.default_rng(3)
    X = rng.normal(size=(90, 3, 16)).astype(np.float32)
    y = (X[:, 0, -2:] * 2 + 0.1 * rng.normal(size=(90, 2))).astype(np.float32)
    everything = np.arange(90)
    return [
        Part(X, y, everything[: 60 + i], everything[70:], seed=i, scaled=bool(i % 2))
        for i in range(n_fits)
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_fit_ends_the_same_beside_others(name: str) -> None:
    settings = {"epochs": 4, "batch_size": 16, "dropout": 0.0}
    cls = forecaster_class(name)
    known = cls().get_params()
    estimator = cls(**{k: v for k, v in settings.items() if k in known})

    def trained(given: list[Part]) -> list[Fitted]:
        shape = InputShape(3, 16, 2)
        return fit_stack(estimator.architecture(), shape, given, estimator.training())

    together = trained(parts(3))
    for number, part in enumerate(parts(3)):
        alone = trained([part])[0]
        for key, values in alone.history.curves.items():
            np.testing.assert_allclose(together[number].history.curves[key], values, rtol=2e-3)
        assert set(alone.history.curves) >= {"loss", "mae", "val_loss", "val_mae"}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_network_learns_a_season(name: str) -> None:
    """Far better than the latest point, from the first steps of training on."""
    y = seasonal()
    model = made(name, epochs=12, learning_rate=0.01, batch_size=32).fit(y[:540])
    origins = np.arange(540, 594, 6)
    found = model.forecast(y, origins, 6)
    true = np.stack([y[t : t + 6] for t in origins])
    error = np.abs(found - true).mean()
    latest = np.abs(y[origins - 1][:, None] - true).mean()
    assert error < latest / (2 if name == "lstm-published" else 5)
    losses = model.history_.curves["loss"]
    assert losses[-1] < losses[0]


def test_fits_side_by_side_are_those_alone() -> None:
    y = seasonal()
    model = made("n-beats", epochs=3)
    fits = model.fit_many([([y[:400]], None), ([y], None)])
    for fit, end in zip(fits, (400, 600), strict=True):
        alone = made("n-beats", epochs=3).fit([y[:end]])
        np.testing.assert_allclose(fit.predict(6)[0], alone.predict(6)[0], rtol=1e-4)


def test_a_past_that_is_too_short_does_not_end_the_others() -> None:
    y = seasonal()
    short, long = made("dlinear", epochs=1).fit_many([(y[:20], None), (y, None)])
    assert isinstance(short, InputError)
    assert long.predict(6).shape == (6,)


def test_no_target_stands_on_both_sides_of_the_validation_part() -> None:
    y = seasonal()
    maker = WindowMaker(24, 6, (12,))
    examples = training_examples([y], maker, 1, 10_000, 0.2, 0)
    first = 24 + examples.validation.min()
    last = 24 + examples.train.max()
    assert last + 6 <= first
    assert len(examples.validation) == int(len(y[24 : -6 + 1]) * 0.2)
    # The unit is of the windows that are trained on.
    assert examples.y[examples.train].std() == pytest.approx(1, abs=1e-5)


def test_windows_are_drawn_where_there_are_more_than_wanted() -> None:
    y = [seasonal(4000), seasonal(3000, seed=1)]
    examples = training_examples(y, WindowMaker(24, 1), 1, 500, 0.0, 7)
    assert len(examples.X) == 500
    again = training_examples(y, WindowMaker(24, 1), 1, 500, 0.0, 7)
    np.testing.assert_array_equal(examples.X, again.X)


def test_default_windows() -> None:
    assert default_window((96, 672), 1, 35_000) == 96
    assert default_window((96, 672), 96, 35_000) == 672
    assert default_window((7, 365), 1, 3_000) == 24
    assert default_window((), 5, 30) == 10
    assert default_window((5000,), 5, 100_000) == 24


def test_the_published_lstm_is_the_published_one() -> None:
    (spec,) = [s for s in parse_forecasters("lstm-published") if s.name == "lstm-published"]
    model = build(spec, Task(horizon=1, seasons=(96, 672)))
    params = model.get_params()
    assert (params["units"], params["activation"], params["lags"]) == ((10, 10), "relu", 96)
    assert (params["epochs"], params["batch_size"], params["learning_rate"]) == (30, 512, 0.01)
    model.set_params(epochs=1, lags=24).fit(seasonal())
    gates = 4 * 10 * (1 + 10 + 2) + 4 * 10 * (10 + 10 + 2)  # two biases a gate, as torch has them
    assert model.n_parameters_ == gates + 11
    assert model.maker_.n_channels == 1
    assert model.maker_.bounds == (seasonal().min(), seasonal().max())


def test_leaky_scaling_needs_what_only_a_study_knows() -> None:
    with pytest.raises(InputError, match="scaling=leaky is for one series in a study"):
        made("mlp", scaling="leaky", epochs=1).fit(seasonal())
    y = seasonal()
    honest = made("mlp", scaling="range", epochs=3).fit(y).predict(6)
    leaky = made("mlp", scaling="leaky", bounds=(0.0, 80.0), epochs=3).fit(y).predict(6)
    same = (float(y.min()), float(y.max()))
    again = made("mlp", scaling="leaky", bounds=same, epochs=3).fit(y).predict(6)
    np.testing.assert_array_equal(honest, again)
    assert np.abs(honest - leaky).max() > 0.1


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"scaling": "minmax"}, "'scaling' is one of"),
        ({"loss": "focal"}, "'loss' is one of mse, mae, huber"),
        ({"lags": 0}, "'lags' is a whole number"),
        ({"epochs": 0}, "'epochs'"),
        ({"device": "tpu"}, "no device"),
        ({"units": 3}, "'units'"),
    ],
)
def test_wrong_settings_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        made("lstm", **settings).fit(seasonal())


def test_a_loss_for_values_is_not_for_classes() -> None:
    with pytest.raises(InputError, match="'mse' is for forecasts"):
        estimator_class("mlp")(loss="mse").fit(np.eye(8), np.arange(8) % 2)


def test_a_fit_that_diverges_says_so() -> None:
    model = made("mlp", optimizer="sgd", learning_rate=1e12, clip_norm=0.0, epochs=3)
    with pytest.raises(DivergedError, match="not finite"):
        model.fit(seasonal())


def test_a_mean_may_have_networks_in_it() -> None:
    spec = ForecastSpec("mean", {"members": ("last-value", "dlinear")})
    model = build(spec, Task(horizon=3, seasons=(12,), seed=1)).fit(seasonal())
    assert model.predict(3).shape == (3,)
