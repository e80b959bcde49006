"""The catalog's tables. Hashes are of the files as auscult reads them."""

from __future__ import annotations

from typing import Final

from auscult.data.catalog_entry import CatalogFile, Entry, RawForm, ReadOptions, Source
from auscult.types import Finding

_UCI_CITE: Final = (
    "Detrano et al., International application of a new probability algorithm for the diagnosis "
    "of coronary artery disease, American Journal of Cardiology 64, 1989"
)
_HEART_UNITS: Final = {
    "age": "years",
    "trestbps": "mmHg",
    "chol": "mg/dL",
    "thalach": "beats/min",
    "oldpeak": "mm",
}
_HEART_CODES: Final = ("sex", "cp", "fbs", "restecg", "exang", "slope", "thal")

# A wheel is a zip: it is read, never installed and never run.
_ORANGE_WHEEL: Final = Source(
    "package",
    "orange3==3.40.0",
    member="heart_disease.tab",
    convert="orange",
    sha256="1c24dc6df818be26710d6d8d7595a8a50682e3c99e6e3bdabe14591e26f5a85b",
    size=6.6,
    # One wheel of several is pinned: its data is the same for every machine.
    pip_options=(
        "--platform=manylinux_2_28_x86_64",
        "--python-version=3.11",
        "--implementation=cp",
        "--abi=cp311",
    ),
)


def _kaggle(dataset: str) -> Source:
    return Source("zip", f"https://www.kaggle.com/api/v1/datasets/download/{dataset}")


_HEART: Final = Entry(
    name="heart",
    title="Heart disease, the heart.csv of Kaggle that most tutorials use",
    kind="table",
    folder="heart",
    page="https://www.kaggle.com/datasets/ronitf/heart-disease-uci",
    files=(
        CatalogFile(
            "heart.csv", "7c3014365675306819510a49ff289efbec1d1a6a666a2dc7652f1547b383d859"
        ),
    ),
    sources=(_kaggle("ronitf/heart-disease-uci"),),
    terms="CC BY 4.0 (UCI)",
    cases="303",
    shape="303 rows × 13 features + target; one row stands twice",
    classes={"1": "165", "0": "138"},
    options=ReadOptions(target="target", categorical=_HEART_CODES),
    traps=(
        Finding(
            "inverted-labels",
            "target = 1 means no heart disease: joined to the UCI original, the labels are "
            "inverted in all 302 unique rows.",
            "warning",
            "Read 1 as healthy, or use the original: heart-uci",
        ),
    ),
    cite=_UCI_CITE,
    units=_HEART_UNITS,
)

_HEART_UCI: Final = Entry(
    name="heart-uci",
    title="Heart disease, the UCI original from Cleveland",
    kind="table",
    folder="heart",
    page="https://archive.ics.uci.edu/dataset/45/heart+disease",
    files=(
        CatalogFile(
            "heart-uci.csv",
            "b6112ae2d4b9c53b59008716aaae9c1ed58d98e1a6b49938a2cb741180351677",
            raw=RawForm(
                "processed.cleveland.data",
                "cleveland",
                "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8",
                (
                    Finding(
                        "graded-target",
                        "The file has no header and its last column is a grade: 0 is no heart "
                        "disease, 1 to 4 is disease (164 / 139), not five diagnoses.",
                        "warning",
                        "Use the catalog's heart-uci, which has a header and a column disease",
                    ),
                ),
            ),
        ),
    ),
    sources=(
        Source(
            "zip",
            "https://archive.ics.uci.edu/static/public/45/heart+disease.zip",
            member="processed.cleveland.data",
            convert="cleveland",
        ),
        Source(
            "file",
            "https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/"
            "processed.cleveland.data",
            convert="cleveland",
        ),
        _ORANGE_WHEEL,
    ),
    terms="CC BY 4.0 (UCI)",
    cases="303",
    shape="303 rows × 13 features + disease (UCI's num > 0); 6 values missing (ca 4, thal 2)",
    classes={"0": "164", "1": "139"},
    options=ReadOptions(target="disease", categorical=_HEART_CODES),
    traps=(
        Finding(
            "binarised-target",
            "disease is made of UCI's grade num: 0 is none, 1 to 4 are disease.",
            "note",
        ),
    ),
    cite=_UCI_CITE,
    units=_HEART_UNITS,
)

_ALZHEIMERS: Final = Entry(
    name="alzheimers",
    title="Alzheimer's disease, Kaggle's table",
    kind="table",
    folder="alzheimers",
    page="https://www.kaggle.com/datasets/rabieelkharoua/alzheimers-disease-dataset",
    files=(
        CatalogFile(
            "alzheimers_disease_data.csv",
            "66f51dbb5f00a4bf6ed1f631e72ec15e4a8e97dc223c10f78c1febec95a2be07",
        ),
    ),
    sources=(_kaggle("rabieelkharoua/alzheimers-disease-dataset"),),
    terms="CC BY 4.0",
    cases="2149",
    shape="2149 rows × 35 columns, 32 of them features",
    classes={"0": "1389", "1": "760"},
    options=ReadOptions(target="Diagnosis", id="PatientID", drop=("DoctorInCharge",)),
    traps=(
        Finding(
            "looks-synthetic",
            "The table looks synthetic: BMI, MMSE, ADL, alcohol and diet are flat uniforms, and "
            "five columns (FunctionalAssessment, ADL, MMSE, MemoryComplaints, "
            "BehavioralProblems) carry nearly all the signal.",
            "note",
        ),
    ),
    cite="El Kharoua, Alzheimer's Disease Dataset, Kaggle, 2024",
    units={
        "Age": "years",
        "BMI": "kg/m²",
        "AlcoholConsumption": "units a week",
        "PhysicalActivity": "hours a week",
        "SystolicBP": "mmHg",
        "DiastolicBP": "mmHg",
        "CholesterolTotal": "mg/dL",
        "CholesterolLDL": "mg/dL",
        "CholesterolHDL": "mg/dL",
        "CholesterolTriglycerides": "mg/dL",
        "MMSE": "points",
        "FunctionalAssessment": "points",
        "ADL": "points",
    },
)

TABLES: Final = (_HEART, _HEART_UCI, _ALZHEIMERS)
