"""The history itself: every statement that is sent to the database."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from auscult.errors import InputError, did_you_mean
from auscult.history import statements
from auscult.history.database import open_engine, refusal
from auscult.history.entries import Deleted, Entry, Kept, KnownBundle, NotKeptError, Outcome
from auscult.history.migrating import migrate
from auscult.history.tables import BUNDLES, COUNTS, INPUTS, OUTCOMES, PREDICTIONS

Cell = tuple[str, str, str, int]
"""Bundle's sha256, month, column, bin."""

_TABLES = (PREDICTIONS, INPUTS, OUTCOMES)
_TRIES, _PAUSE = 30, 0.1


class History:
    """A database of predictions; safe to share between threads.

    Parameters
    ----------
    where
        As of :func:`auscult.history.database.open_engine`.

    Raises
    ------
    InputError
        The database cannot be opened, or a newer release wrote it.
    """

    def __init__(self, where: str | Path | None = None) -> None:
        self.engine, self.name = open_engine(where)
        try:
            migrate(self.engine, self.name)
        except SQLAlchemyError as error:
            self.engine.dispose()
            raise refusal(error, self.name) from None
        except InputError:
            self.engine.dispose()
            raise

    def add(
        self, entries: Sequence[Entry], counts: Mapping[Cell, int], known: Sequence[KnownBundle]
    ) -> None:
        """Keep predictions with what they add to the counts, all or none."""
        with self._writing() as connection:
            for bundle in known:
                self._know(connection, bundle)
            if entries:
                connection.execute(
                    PREDICTIONS.insert(), [statements.row_of(entry) for entry in entries]
                )
            inputs = [entry for entry in entries if entry.inputs is not None]
            if inputs:
                contents = [{"prediction_id": e.id, "content": e.inputs} for e in inputs]
                connection.execute(INPUTS.insert(), contents)
            # In one order everywhere: two writers that wait for each other's rows would never end.
            self._count(connection, sorted(counts.items()))

    def name_cases(self, ids: Sequence[str], cases: Sequence[str]) -> None:
        """Say what predictions' cases are called."""
        with self._writing() as connection:
            for one, case in zip(ids, cases, strict=True):
                statement = update(PREDICTIONS).where(PREDICTIONS.c.id == one)
                connection.execute(statement.values(case_id=case))

    def name_case(self, prediction_id: str, case: str) -> Kept:
        """Say what a prediction's case is called; raises :class:`NotKeptError`."""
        self.name_cases([prediction_id], [case])
        return self.prediction(prediction_id)

    def add_outcome(self, prediction_id: str, outcome: str) -> Kept:
        """Say what came of a prediction; what was said before stays as its trail.

        Raises
        ------
        NotKeptError
            There is no such prediction.
        InputError
            The bundle has no such class.
        """
        with self._writing() as connection:
            kept = self._kept(connection, prediction_id)
            classes = tuple(kept.entry.probabilities)
            if outcome not in classes:
                hint = did_you_mean(outcome[:100], classes)
                raise InputError(f"no class is called '{outcome[:100]}'. {hint}", where="outcome")
            now = datetime.now(UTC)
            values = {"prediction_id": prediction_id, "at": now, "outcome": outcome}
            connection.execute(OUTCOMES.insert(), [values])
            return Kept(kept.entry, (*kept.outcomes, Outcome(now, outcome)))

    def delete_case(self, case: str) -> Deleted:
        """Take away all that is kept of a case: predictions, inputs, outcomes.

        The counts of the columns stay; they hold no case. In an SQLite file the bytes are
        overwritten, in its log too; PostgreSQL frees the rows for reuse (``VACUUM``).

        Raises
        ------
        NotKeptError
            Nothing is kept of it.
        """
        ids = select(PREDICTIONS.c.id).where(PREDICTIONS.c.case_id == case)
        with self._writing() as connection:
            n_inputs = connection.execute(delete(INPUTS).where(INPUTS.c.prediction_id.in_(ids)))
            n_outcomes = connection.execute(
                delete(OUTCOMES).where(OUTCOMES.c.prediction_id.in_(ids))
            )
            gone = connection.execute(delete(PREDICTIONS).where(PREDICTIONS.c.case_id == case))
            if not gone.rowcount:
                raise NotKeptError(f"nothing is kept of a case '{case[:100]}'.", where="case")
        try:
            forgotten = self._forget()
        except SQLAlchemyError:
            forgotten = False
        return Deleted(gone.rowcount, n_inputs.rowcount, n_outcomes.rowcount, forgotten)

    def prediction(self, prediction_id: str) -> Kept:
        """One prediction with the trail of its outcomes; raises :class:`NotKeptError`."""
        with self._reading() as connection:
            return self._kept(connection, prediction_id)

    def inputs(self, prediction_id: str) -> Any:
        """The case of a prediction; None where inputs were not kept."""
        asked = select(INPUTS.c.content).where(INPUTS.c.prediction_id == prediction_id)
        with self._reading() as connection:
            return connection.execute(asked).scalar_one_or_none()

    def predictions(
        self,
        *,
        case: str | None = None,
        bundle: str | None = None,
        before: str | None = None,
        most: int = 50,
    ) -> list[Kept]:
        """The newest predictions first.

        Parameters
        ----------
        case
            Only of this case.
        bundle
            Only of the bundle of this name.
        before
            An id: what is older than that.
        most
            How many at most.
        """
        asked = select(PREDICTIONS).order_by(PREDICTIONS.c.id.desc()).limit(most)
        if case is not None:
            asked = asked.where(PREDICTIONS.c.case_id == case)
        if bundle is not None:
            asked = asked.where(PREDICTIONS.c.bundle_name == bundle)
        if before is not None:
            asked = asked.where(PREDICTIONS.c.id < before)
        with self._reading() as connection:
            rows = connection.execute(asked).all()
            trails = self._trails(connection, [row.id for row in rows])
        return [Kept(statements.entry_of(row), trails.get(row.id, ())) for row in rows]

    def bundles(self) -> list[KnownBundle]:
        """The bundles that have answered, the one that answered last first."""
        with self._reading() as connection:
            rows = connection.execute(statements.bundles()).all()
        return [KnownBundle.from_json(row.sha256, row.name, row.document) for row in rows]

    def answers(self, sha256: str) -> dict[tuple[str, bool], int]:
        """How often a bundle called each class, and was unsure."""
        with self._reading() as connection:
            asked = connection.execute(statements.answers(sha256))
            return {(row[0], row[1]): row[2] for row in asked}

    def judged(self, sha256: str) -> dict[tuple[str, str, bool], int]:
        """Cases whose outcome is known, by outcome, called class and whether it was unsure.

        A case that was predicted several times counts once, with the last of them.
        """
        with self._reading() as connection:
            asked = connection.execute(statements.judged(sha256))
            return {(row[0], row[1], row[2]): row[3] for row in asked}

    def counts(self, sha256: str, since: str = "") -> dict[str, dict[int, int]]:
        """Cases by column and bin, from the month ``since`` (``2026-11``) on."""
        found: dict[str, dict[int, int]] = {}
        with self._reading() as connection:
            for column, place, n in connection.execute(statements.counts(sha256, since)):
                found.setdefault(column, {})[place] = int(n)
        return found

    def months(self, sha256: str) -> list[str]:
        """The months in which a bundle answered, oldest first."""
        asked = select(COUNTS.c.month).distinct().where(COUNTS.c.bundle_sha256 == sha256)
        with self._reading() as connection:
            return sorted(connection.execute(asked).scalars())

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise refusal(error, self.name) from error

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self.engine.connect().execution_options(reads=True) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise refusal(error, self.name) from error

    def _insert(self, table: Any) -> Any:
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)

    def _know(self, connection: Connection, bundle: KnownBundle) -> None:
        values = {"sha256": bundle.sha256, "name": bundle.name, "document": bundle.to_json()}
        statement = self._insert(BUNDLES).values(values)
        connection.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))

    def _count(self, connection: Connection, counts: Sequence[tuple[Cell, int]]) -> None:
        if not counts:
            return
        statement = self._insert(COUNTS)
        added = {"n": COUNTS.c.n + statement.excluded.n}
        keys = [column.name for column in COUNTS.primary_key]
        rows = [dict(zip((*keys, "n"), (*cell, n), strict=True)) for cell, n in counts]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=added), rows)

    def _kept(self, connection: Connection, prediction_id: str) -> Kept:
        asked = select(PREDICTIONS).where(PREDICTIONS.c.id == prediction_id)
        row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotKeptError("no prediction of this id is kept.", where="id")
        return Kept(statements.entry_of(row), self._trails(connection, [row.id]).get(row.id, ()))

    @staticmethod
    def _trails(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Outcome, ...]]:
        asked = select(OUTCOMES).where(OUTCOMES.c.prediction_id.in_(ids)).order_by(OUTCOMES.c.id)
        trails: dict[str, tuple[Outcome, ...]] = {}
        for row in connection.execute(asked):
            said = Outcome(row.at, row.outcome)
            trails[row.prediction_id] = (*trails.get(row.prediction_id, ()), said)
        return trails

    def _forget(self) -> bool:
        """Leave nothing of deleted rows in the files; False where a reader stood in the way."""
        if self.engine.dialect.name == "postgresql":
            engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                for table in _TABLES:
                    connection.execute(text(f"VACUUM {table.name}"))
            return True
        raw = self.engine.raw_connection()
        try:
            for _ in range(_TRIES):
                # A row: whether somebody was in the way, pages in the log, pages moved.
                if raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                    return True
                time.sleep(_PAUSE)
            return False
        finally:
            raw.close()
