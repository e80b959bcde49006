"""What a form of files asks about: cases, or the beats of a recording."""

from __future__ import annotations

from starlette.datastructures import FormData

from auscult.bundle.bundle import Bundle
from auscult.data.apart import read_apart
from auscult.data.dataset import Dataset
from auscult.data.ecg.records import Recording, read_record
from auscult.errors import InputError
from auscult.serve.pages import files
from auscult.serve.pages.beats import CutBeats, beats_of
from auscult.serve.pages.form import number
from auscult.serve.pages.signal_file import MILLIVOLTS, MOST_SAMPLES, read_signal
from auscult.serve.pages.uploads import Uploaded, files_in, held


def cases_in(bundle: Bundle, form: FormData) -> Dataset:
    """The cases of the file that was dropped.

    Raises
    ------
    InputError
        It is none, or not like the bundle's cases.
    """
    with held(files_in(form)) as uploaded:
        if uploaded.record is not None:
            raise InputError("is a recording; this bundle takes files of cases.", where="file")
        return files.read_cases(bundle, uploaded.file)


def beats_in(bundle: Bundle, form: FormData, no_rate: str) -> CutBeats:
    """The beats of the recording that was dropped.

    Parameters
    ----------
    bundle
        Says how beats are cut.
    form
        The files; ``rate`` and ``unit`` of a signal without a header.
    no_rate
        What to say where such a signal comes without its rate.

    Raises
    ------
    InputError
        It is none, or not like the bundle's recordings.
    """
    with held(files_in(form)) as uploaded:
        return beats_of(bundle.document, _read_recording(uploaded, form, no_rate))


def _read_recording(uploaded: Uploaded, form: FormData, no_rate: str) -> Recording:
    if uploaded.record is not None:
        found: Recording = read_apart(read_record, uploaded.record)
        if len(found.signals) > MOST_SAMPLES:
            raise InputError(f"has more than {MOST_SAMPLES:,} samples. Use auscult predict.")
        return found
    rate = number(str(form.get("rate") or ""))
    if rate is None:
        raise InputError(no_rate)
    unit = str(form.get("unit"))
    signal: Recording = read_apart(
        read_signal, uploaded.file, rate, unit if unit in MILLIVOLTS else "mV"
    )
    return signal
