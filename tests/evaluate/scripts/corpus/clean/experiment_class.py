import logging
from pathlib import Path

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

log = logging.getLogger(__name__)


class Spectrum(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.abs(np.fft.rfft(X, axis=1))


class Experiment:
    def __init__(self, folder: Path, seed: int = 0) -> None:
        self.X = np.load(folder / "X.npy")
        self.y = np.load(folder / "y.npy")
        self.seed = seed
        self.model = Pipeline([("spectrum", Spectrum()), ("scale", StandardScaler()), ("rf", RandomForestClassifier())])

    def run(self) -> float:
        spectrum = Spectrum().fit_transform(self.X)
        log.info("%s", spectrum.shape)
        sss = StratifiedShuffleSplit(n_splits=20, test_size=0.2, random_state=self.seed)
        scores = []
        for train, test in sss.split(spectrum, self.y):
            self.model.fit(self.X[train], self.y[train])
            scores.append(self.model.score(self.X[test], self.y[test]))
        return float(np.mean(scores))


if __name__ == "__main__":
    print(Experiment(Path("data")).run())
