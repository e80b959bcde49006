"""Votes: several models of a study answer as one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from auscult.errors import InputError, did_you_mean

VoteKind = Literal["soft", "hard", "weighted"]
KINDS: tuple[VoteKind, ...] = get_args(VoteKind)


@dataclass(frozen=True)
class Vote:
    """A vote over models of a study.

    Parameters
    ----------
    kind
        ``soft``: the mean of the members' probabilities. ``hard``: the share of the members
        whose most probable class it is; a tie goes to the class of the highest mean
        probability. ``weighted``: the members' probabilities mixed with weights that
        :func:`~auscult.evaluate.vote_count.mixture_weights` learns for each fit on its own
        validation part; equal where it has none.
    members
        Names of models, in the study's order, so that a vote does not depend on the order in
        which somebody wrote them.
    labels
        What reports call the members.
    named
        Whether a person named the members; otherwise a model that gives no figure drops out.
    """

    kind: VoteKind
    members: tuple[str, ...]
    labels: tuple[str, ...]
    named: bool = False

    @property
    def name(self) -> str:
        """The row's name, e.g. ``soft-vote`` or ``soft-vote:lstm+fcn``."""
        return f"{self.kind}-vote" + (f":{'+'.join(self.members)}" if self.named else "")

    @property
    def label(self) -> str:
        """What reports call it."""
        return f"{self.kind} vote" + (f" ({' + '.join(self.labels)})" if self.named else "")

    def cannot(self, fitted: Collection[str]) -> str | None:
        """Why there is no vote, where only these models gave a figure."""
        missing = [name for name in self.members if name not in fitted]
        if self.named and missing:
            return f"left out: its member '{missing[0]}' gave no figure"
        if len(self.members) - len(missing) < 2:
            return "left out: fewer than two of its members gave a figure"
        return None

    def validates(self, member: str) -> bool:
        """Whether it needs a member's predictions of the validation parts."""
        return self.kind == "weighted" and member in self.members


def parse_votes(votes: str | Sequence[str], labels: Mapping[str, str]) -> tuple[Vote, ...]:
    """Votes named as ``kind`` or ``kind:member+member``.

    Parameters
    ----------
    votes
        One or more; without named members all models but ``majority`` have a vote.
    labels
        The models of the study: name to what reports call it.

    Raises
    ------
    InputError
        No such kind, no such model in the study, or fewer than two members.
    """
    words = [votes] if isinstance(votes, str) else votes
    found = [_parse(word, labels) for word in words]
    return tuple({vote.name: vote for vote in found}.values())


def _parse(word: str, labels: Mapping[str, str]) -> Vote:
    word_of_kind, named, text = word.partition(":")
    kind = next((known for known in KINDS if known == word_of_kind), None)
    if kind is None:
        mend = did_you_mean(word_of_kind, KINDS)
        raise InputError(f"no vote is called '{word_of_kind}'. {mend}", where="--vote")
    chosen = _split(text, labels) if named else [name for name in labels if name != "majority"]
    members = tuple(name for name in labels if name in chosen)
    if len(members) < 2:
        raise InputError(
            f"'{word}' has {len(members)} member{'s' * (len(members) != 1)}, and a vote needs two "
            "or more. Name more models with --models.",
            where="--vote",
        )
    return Vote(kind, members, tuple(labels[name] for name in members), bool(named))


def _split(text: str, known: Collection[str]) -> list[str]:
    """The names between the plus signs; a name may hold some itself, as ``lstm:units=64+32``.

    A bare name that no model has stands for all models of that name, whatever their settings.
    """
    pieces, names = text.split("+"), []
    while pieces:
        longest = range(len(pieces), 0, -1)
        size = next((n for n in longest if "+".join(pieces[:n]) in known), 0)
        alike = [name for name in known if name.partition(":")[0] == pieces[0]]
        if not size and alike:
            names += alike
            pieces = pieces[1:]
            continue
        if not size:
            raise InputError(
                f"the study has no model '{pieces[0]}'. {did_you_mean(pieces[0], known)}",
                where="--vote",
            )
        names.append("+".join(pieces[:size]))
        pieces = pieces[size:]
    return names
