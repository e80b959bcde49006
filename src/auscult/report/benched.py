"""The page of several studies: ranks, their tests, every figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from auscult.evaluate.several.ranks import ALPHA, Ranks, least_p
from auscult.report import words
from auscult.report.charts.critical_difference import critical_difference_diagram
from auscult.report.html import render_page, write_page
from auscult.report.tables import Cell, Table, head_of

Figures = Mapping[str, Mapping[str, float]]
LeftOut = tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]


def write_bench_page(
    path: Path,
    *,
    metric: str,
    figures: Figures,
    ranks: Ranks | None,
    labels: Mapping[str, str],
    left_out: LeftOut,
    command: str,
) -> Path:
    """Write the page, whole or not at all.

    Parameters
    ----------
    path
        Beside the run folders, which bear the names of the data.
    metric
        Of the figures.
    figures
        Data to model to figure.
    ranks
        None where too little is there to rank.
    labels
        Model to what it is called.
    left_out
        Data that have no study, and why; models that have no figure, and of which data.
    command
        The way to repeat it.
    """
    failed, missing = left_out
    some = {name: f"no figure of {words.listed(data)}" for name, data in missing.items()}
    n_models = len(ranks.models) if ranks else len({m for known in figures.values() for m in known})
    models = f"{words.plural(n_models, 'model')} on {words.plural(len(figures), 'set')} of data"
    parts: dict[str, Any] = {
        "title": words.upper_first(models),
        "metric": words.metric_label(metric),
        "facts_line": words.metric_label(metric),
        "verdict": verdict(ranks, labels),
        "diagram": None,
        "figure_table": _figures(figures, ranks, labels),
        "links": [(name, f"{quote(name)}/report.html") for name in figures],
        "left_out": {**failed, **{labels.get(name, name): why for name, why in some.items()}},
        "command": command,
    }
    if ranks:
        shown = labelled(ranks, labels)
        drawn = [critical_difference_diagram(shown, wide=wide) for wide in (True, False)]
        tables = {"rank_table": _ranks(shown), "pair_table": _pairs(shown)}
        parts |= {"diagram": drawn, **tables}
    return write_page(render_page("bench.html", parts), path)


def labelled(ranks: Ranks, labels: Mapping[str, str]) -> Ranks:
    """The same with models by their labels, where those tell them apart."""
    names = {m: labels.get(m, m) for m in ranks.models}
    if len(set(names.values())) < len(names):
        return ranks
    return replace(
        ranks,
        models=tuple(names[m] for m in ranks.models),
        mean_rank={names[m]: v for m, v in ranks.mean_rank.items()},
        wins={names[m]: v for m, v in ranks.wins.items()},
        pairs=tuple(replace(p, a=names[p.a], b=names[p.b]) for p in ranks.pairs),
        cliques=tuple(tuple(names[m] for m in clique) for clique in ranks.cliques),
    )


def verdict(ranks: Ranks | None, labels: Mapping[str, str]) -> list[str]:
    """What all of it bears out, in sentences."""
    if ranks is None:
        return ["Too little for ranks: they need two models and two sets of data that all have."]
    shown = labelled(ranks, labels)
    best = shown.models[0]
    said = [
        f"{words.upper_first(best)} has the best mean rank, {shown.mean_rank[best]:.2f} of "
        f"{len(shown.models)}, over {words.plural(shown.n_data, 'set')} of data."
    ]
    worse = [p.b for p in shown.pairs if p.a == best and p.p_adjusted < ALPHA]
    if worse:
        said.append(f"It is better than {words.listed(worse)} beyond chance (Wilcoxon, Holm).")
    else:
        said.append("No difference from it is borne out (Wilcoxon, Holm).")
    if least_p(shown.n_data) * len(shown.pairs) >= ALPHA:
        said.append(
            f"With {words.plural(shown.n_data, 'set')} of data and "
            f"{words.plural(len(shown.pairs), 'pair')} no test of a pair could come out: more data "
            "are needed, or fewer models."
        )
    said.append(
        f"That all models are alike: {words.p_value(shown.friedman_p)} (Friedman's test, as "
        "corrected by Iman and Davenport)."
    )
    return said


def _ranks(ranks: Ranks) -> Table:
    rows = tuple(
        (
            Cell(model),
            Cell(f"{ranks.mean_rank[model]:.2f}", kind="num"),
            Cell(f"{ranks.wins[model]:.1f}", kind="num"),
        )
        for model in ranks.models
    )
    return Table(head_of("model", "mean rank", "wins"), rows)


def _pairs(ranks: Ranks) -> Table:
    rows = tuple(
        (
            Cell(f"{pair.a} and {pair.b}"),
            Cell(" / ".join(map(str, pair.wins)), kind="num"),
            Cell(f"{pair.difference:+.3f}".replace("-", "−"), kind="num"),
            Cell(words.p_value(pair.p_value), kind="num"),
            Cell(words.p_value(pair.p_adjusted), kind="num"),
        )
        for pair in ranks.pairs
    )
    return Table(head_of("models", "wins / losses / ties", "mean", "test", "adjusted"), rows)


def _figures(figures: Figures, ranks: Ranks | None, labels: Mapping[str, str]) -> Table:
    every = list(dict.fromkeys(m for known in figures.values() for m in known))
    first = list(ranks.models) if ranks else []
    models = [*first, *(m for m in every if m not in first)]
    names = _labelled_names(models, labels)
    rows = tuple(
        (
            Cell(data),
            *(Cell(words.number(known[m]) if m in known else "–", kind="num") for m in models),
        )
        for data, known in figures.items()
    )
    return Table(head_of("data", *names), rows)


def _labelled_names(models: list[str], labels: Mapping[str, str]) -> list[str]:
    """Labels, or names where two have the same label."""
    names = [labels.get(m, m) for m in models]
    return names if len(set(names)) == len(names) else models
