"""``auscult models``: what can be compared."""

from __future__ import annotations

import textwrap

import click


@click.command()
@click.argument("name", required=False)
def models(name: str | None) -> None:
    """List the models, or tell of the one called NAME and its settings."""
    if name:
        _tell(name)
    else:
        _list()


def _list() -> None:
    from auscult.evaluate.catalogue import first_sentence, is_baseline, takes  # noqa: PLC0415
    from auscult.models.table import MODELS, model_class  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    screen = console()
    width = max(map(len, MODELS)) + 2
    for name in MODELS:
        taken = takes(model_class(name).tags)
        always = "; in every study" if is_baseline(name) else ""
        say(screen, f"{name:<{width}}{first_sentence(name)}", indent=width)
        say(screen, f"{'':<{width}}takes {taken}{always}", indent=width)
    click.echo("Next: auscult models NAME")


def _tell(name: str) -> None:
    from auscult.evaluate.catalogue import (  # noqa: PLC0415
        Setting,
        own_settings,
        prose,
        takes,
        training_settings,
        unmarked,
    )
    from auscult.models.table import model_class  # noqa: PLC0415
    from auscult.report.paragraph import say  # noqa: PLC0415
    from auscult.report.terminal import console  # noqa: PLC0415

    screen = console()

    def table(title: str, settings: list[Setting]) -> None:
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

    cls = model_class(name)
    for block in unmarked(prose(name)).split("\n\n"):
        # Equations keep their lines; sentences are wrapped to the terminal.
        if block.startswith(" "):
            click.echo(f"{textwrap.indent(textwrap.dedent(block), '  ')}\n")
        else:
            say(screen, " ".join(block.split()), indent=0)
            click.echo()
    click.echo(f"Takes {takes(cls.tags)}.")
    own = own_settings(name)
    if not own:
        click.echo(f"It has no settings: --models {name}")
    table(f"Settings, as in --models {name}:setting=value", own)
    table("Settings of its training", training_settings(name))
