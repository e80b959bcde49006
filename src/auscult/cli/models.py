"""``auscult models``: what can be compared, and what can forecast."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from auscult.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from rich.console import Console

    from auscult.evaluate.catalogue import Setting


@click.command()
@click.argument("name", required=False)
def models(name: str | None) -> None:
    """List the models of cases and of series, or tell of the one called NAME and its settings."""
    from auscult.models.forecast.table import FORECASTERS  # noqa: PLC0415
    from auscult.models.table import MODELS  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    screen = console()
    if not name:
        _list(screen)
        return
    known = dict.fromkeys([*MODELS, *FORECASTERS])
    if name not in known:
        raise InputError(f"no model is called '{name}'. {did_you_mean(name, known)}")
    both = name in MODELS and name in FORECASTERS
    if both:
        click.echo("For cases (auscult compare):\n")
    if name in MODELS:
        _tell(name, screen)
    if both:
        click.echo("\nFor series (auscult forecast):\n")
    if name in FORECASTERS:
        _tell_forecaster(name, screen)


def _list(screen: Console) -> None:
    from auscult.evaluate import catalogue  # noqa: PLC0415
    from auscult.evaluate.forecast import catalogue as forecasts  # noqa: PLC0415
    from auscult.models.forecast.table import FORECASTERS  # noqa: PLC0415
    from auscult.models.table import MODELS, model_class  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415

    width = max(map(len, [*MODELS, *FORECASTERS])) + 2

    def line(name: str, sentence: str, taken: str, baseline: bool) -> None:
        always = "; in every study" if baseline else ""
        say(screen, f"{name:<{width}}{catalogue.unmarked(sentence)}", indent=width)
        say(screen, f"{'':<{width}}takes {taken}{always}", indent=width)

    click.echo("For cases (auscult compare):")
    for name in MODELS:
        taken = catalogue.takes(model_class(name).tags)
        line(name, catalogue.first_sentence(name), taken, catalogue.is_baseline(name))
    click.echo("\nFor series (auscult forecast):")
    for name in FORECASTERS:
        taken = forecasts.takes(name)
        line(name, forecasts.first_sentence(name), taken, forecasts.is_baseline(name))
    click.echo("Next: auscult models NAME")


def _tell(name: str, screen: Console) -> None:
    from auscult.evaluate.catalogue import (  # noqa: PLC0415
        own_settings,
        prose,
        takes,
        training_settings,
    )
    from auscult.models.table import model_class  # noqa: PLC0415

    _say_prose(prose(name), screen)
    click.echo(f"Takes {takes(model_class(name).tags)}.")
    _say_settings(name, own_settings(name), training_settings(name), screen)


def _tell_forecaster(name: str, screen: Console) -> None:
    from auscult.evaluate.forecast.catalogue import (  # noqa: PLC0415
        own_settings,
        prose,
        takes,
        training_settings,
    )
    from auscult.report.words import listed  # noqa: PLC0415

    _say_prose(prose(name), screen)
    own, training = own_settings(name), training_settings(name)
    click.echo(f"Takes {takes(name)}.")
    settings = {setting.name for setting in [*own, *training]}
    given = [s for s in ("season", "horizon", "every", "random_state") if s in settings]
    if given:
        click.echo(f"The study gives it {listed(given)}.")
    _say_settings(name, own, training, screen)


def _say_prose(text: str, screen: Console) -> None:
    from auscult.evaluate.catalogue import unmarked  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415

    for block in unmarked(text).split("\n\n"):
        # Equations keep their lines; sentences are wrapped to the terminal.
        if block.startswith(" "):
            click.echo(f"{textwrap.indent(textwrap.dedent(block), '  ')}\n")
        else:
            say(screen, " ".join(block.split()), indent=0)
            click.echo()


def _say_settings(name: str, own: list[Setting], training: list[Setting], screen: Console) -> None:
    if not own:
        click.echo(f"It has no settings: --models {name}")
    _table(f"Settings, as in --models {name}:setting=value", own, screen)
    _table("Settings of its training", training, screen)


def _table(title: str, settings: list[Setting], screen: Console) -> None:
    from auscult.evaluate.catalogue import unmarked  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415

    if not settings:
        return
    click.echo(f"\n{title}")
    heads = [f"  {s.name} = {s.default}" for s in settings]
    width = max(map(len, heads)) + 2
    meanings = [unmarked(setting.meaning) for setting in settings]
    for head, meaning, following in zip(heads, meanings, [*meanings[1:], ""], strict=True):
        # Settings that are described together have their words behind the last of them.
        text = "" if meaning == following else meaning
        say(screen, f"{head:<{width}}{text}".rstrip(), indent=width)
