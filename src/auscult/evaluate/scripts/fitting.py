"""Learning from rows: ``fit``, ``fit_transform``, ``fit_resample``, ``train``; and keeping it."""

from __future__ import annotations

from dataclasses import replace

from auscult.evaluate.scripts import frames
from auscult.evaluate.scripts.called import Call, Handler, plain
from auscult.evaluate.scripts.known import SAVERS, SEARCHES
from auscult.evaluate.scripts.scoring import HANDLERS as SCORING
from auscult.evaluate.scripts.state import State
from auscult.evaluate.scripts.value import NOTHING, Thing, Value, bundle, join

_WATCHED = ("validation_data", "eval_set", "evals", "valid_sets", "eval_dataset", "val_dataloaders")
_STOPPING = ("EarlyStopping", "ModelCheckpoint", "ReduceLROnPlateau", "early_stopping")


def _fit(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        return None
    things = called.receiver.things
    X, y = called.given(0, "X", "x", "train_dataloaders"), called.given(1, "y")
    if X is NOTHING and not called.args:
        return called.receiver
    if any(thing.name == "Trainer" for thing in things):
        return _lightning(called, state)
    event = state.event(
        "fit",
        called.node,
        name=called.name,
        value=replace(plain(X), things=things),
        others=[plain(y)],
        settings=called.kwargs,
    )
    _remember(things, event.number)
    _watch(called, things, state)
    _search_or_holdout(called, X, y, state)
    watched = join([called.kwargs.get(name, NOTHING).data() for name in _WATCHED])
    parts = watched.parts
    return Value(parts, things=things, marks=frozenset({"history"} if parts else ()))


def _remember(things: tuple[Thing, ...], number: int) -> None:
    for thing in things:
        thing.fits.append(number)
        _remember(thing.members, number)


def _search_or_holdout(called: Call, X: Value, y: Value, state: State) -> None:
    """A search cross-validates what it is fitted on; Keras can set the last rows aside."""
    assert called.receiver is not None
    searches = any(thing.name in SEARCHES for thing in called.receiver.things)
    if not searches and "validation_split" not in called.kwargs:
        return
    name = "search" if searches else "validation_split"
    settings = {"shuffle": Value(constant=False)}
    rows = [plain(X), plain(y)]
    state.event("cross", called.node, name=name, value=X, others=rows, settings=settings)


def _watch(called: Call, things: tuple[Thing, ...], state: State) -> None:
    """Rows that a training is watched on, and whether that decides when it ends."""
    value = join([called.kwargs[name].data() for name in _WATCHED if name in called.kwargs])
    if not value.parts:
        return
    selects = Value(constant=_selects(called, things))
    state.event("stop", called.node, name=called.name, value=value, settings={"selects": selects})


def _selects(called: Call, things: tuple[Thing, ...]) -> bool:
    rounds = "early_stopping_rounds"
    if rounds in called.kwargs or any(rounds in thing.settings for thing in things):
        return called.constant(rounds) is not None or rounds not in called.kwargs
    callbacks = called.given(-1, "callbacks").things
    callbacks += tuple(
        t for thing in things for t in thing.settings.get("callbacks", NOTHING).things
    )
    if any(_decides(callback) for callback in callbacks):
        return True
    # CatBoost keeps the best iteration on its eval_set unless told otherwise.
    boosted = any(thing.name.startswith("CatBoost") for thing in things)
    return boosted and called.constant("use_best_model") is not False


def _decides(callback: Thing) -> bool:
    if callback.name not in _STOPPING:
        return False
    monitor = callback.settings.get("monitor", NOTHING).constant
    if monitor in ("loss", "accuracy", "acc", "auc"):
        return False
    if callback.name == "ModelCheckpoint":
        best = callback.settings.get("save_best_only", NOTHING).constant
        return best is True or "save_top_k" in callback.settings
    return True


def _lightning(called: Call, state: State) -> Value | None:
    """``trainer.fit(model, train_loader, val_loader)``."""
    assert called.receiver is not None
    value = called.given(2, "val_dataloaders")
    if value.parts:
        selects = Value(constant=_selects(called, called.receiver.things))
        state.event("stop", called.node, name="fit", value=value, settings={"selects": selects})
    return NOTHING


def _fit_transform(called: Call, state: State) -> Value | None:
    if called.receiver is None:
        if called.name == "fit_transform":
            return None
        things: tuple[Thing, ...] = ()
    else:
        things = called.receiver.things
    X = plain(called.given(0, "X", "raw_documents"))
    given = replace(X, things=things)
    event = state.event("fit", called.node, name=called.name, value=given, others=called.args[1:2])
    _remember(things, event.number)
    return replace(X.data(), made=X.made | {event.number})


def _fit_resample(called: Call, state: State) -> Value | None:
    rows = [plain(v) for v in (called.given(0, "X"), called.given(1, "y"))]
    things = called.receiver.things if called.receiver is not None else ()
    name = things[0].name if things else called.name
    both = join([v.data() for v in rows])
    event = state.event("resample", called.node, name=name, value=replace(both, things=things))
    return bundle(replace(v.data(), made=v.made | {event.number}) for v in rows)


def _transform(called: Call, state: State) -> Value | None:
    if called.receiver is None or not called.receiver.things:
        return frames.HANDLERS["cumsum"](called, state)
    X = plain(called.given(0, "X", "raw_documents"))
    things = called.receiver.things
    state.event("transform", called.node, name=called.name, value=replace(X, things=things))
    fits = frozenset(n for thing in things for n in thing.fits)
    return replace(X.data(), made=X.made | fits)


def _train(called: Call, state: State) -> Value | None:
    """``xgb.train`` and ``lgb.train``."""
    if called.receiver is not None or called.dotted.split(".")[0] not in _BOOSTERS:
        return None
    thing = Thing("Booster", called.node.lineno)
    rows = replace(plain(called.given(1, "dtrain", "train_set")), things=(thing,))
    event = state.event("fit", called.node, name="train", value=rows, settings=called.kwargs)
    thing.fits.append(event.number)
    _watch(called, (thing,), state)
    return Value(things=(thing,))


_BOOSTERS = ("xgboost", "xgb", "lightgbm", "lgb", "catboost")


def _step(called: Call, state: State) -> Value | None:
    """``ReduceLROnPlateau.step(loss)`` watches what the loss was taken on."""
    things = () if called.receiver is None else called.receiver.things
    value = called.given(0, "metrics")
    if any(t.name == "ReduceLROnPlateau" for t in things) and value.parts:
        settings = {"selects": Value(constant=True)}
        state.event("stop", called.node, name="step", value=value, settings=settings)
    return NOTHING


def _save(called: Call, state: State) -> Value | None:
    given = join([*called.args, called.receiver or NOTHING])
    if not given.things:
        return None
    state.event("save", called.node, name=called.name, value=given)
    return given


def _fit_predict(called: Call, state: State) -> Value | None:
    _fit(called, state)
    return SCORING["predict"](called, state)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(["fit", "partial_fit", "fit_generator", "adapt", "fit_on_texts"], _fit),
    **dict.fromkeys(["fit_transform", "scale", "minmax_scale", "robust_scale"], _fit_transform),
    **dict.fromkeys(["maxabs_scale", "quantile_transform", "power_transform"], _fit_transform),
    **dict.fromkeys(["fit_resample", "fit_sample"], _fit_resample),
    **dict.fromkeys(["transform", "texts_to_sequences"], _transform),
    **dict.fromkeys(sorted(SAVERS - {"save_weights"}), _save),
    "save_weights": _save,
    "fit_predict": _fit_predict,
    "predict": SCORING["predict"],
    "predict_proba": SCORING["predict_proba"],
    "score": SCORING["score"],
    "evaluate": SCORING["evaluate"],
    "step": _step,
    "train": _train,
}
