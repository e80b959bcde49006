"""What a vote is, in plain words."""

from __future__ import annotations

from auscult.evaluate.result import ModelResult, Result
from auscult.report import reading, words


def is_vote(row: ModelResult) -> bool:
    """Whether the row is a vote of other rows."""
    return "members" in row.params


def votes_told(result: Result) -> list[tuple[str, str]]:
    """The votes of a study, best first: what each is called, and whose and what answer it is."""
    labels = reading.distinct_labels(result)
    return [(labels[row.model], _told(row, labels)) for row in result.models if is_vote(row)]


def _told(row: ModelResult, labels: dict[str, str]) -> str:
    members = [words.lower_first(labels.get(name, name)) for name in row.params["members"]]
    if "weights" in row.params:
        weights = (words.number(weight, 2) for weight in row.params["weights"])
        parts = (f"{w} × {member}" for w, member in zip(weights, members, strict=True))
        return (
            f"the probabilities mixed, {' + '.join(parts)}. Each fit learned its weights on its "
            "validation part, equal ones where it has none; these are their means."
        )
    if row.model.startswith("hard"):
        return (
            f"one answer, one voice: the share of {words.listed(members)} that say the class. A "
            "tie goes to the class with the higher mean probability."
        )
    return f"the mean of the probabilities of {words.listed(members)}."
