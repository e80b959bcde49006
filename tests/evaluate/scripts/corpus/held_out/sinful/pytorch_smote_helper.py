import numpy as np
import pandas as pd
from imblearn.combine import SMOTETomek
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier


def load(path):
    df = pd.read_csv(path)
    df = df.dropna(subset=["label"])
    return df.drop("label", axis=1).to_numpy(), df["label"].to_numpy()


def balance(X, y):
    return SMOTETomek(random_state=0).fit_resample(X, y)


def folds(X, y, k=5):
    yield from StratifiedKFold(k, shuffle=True, random_state=0).split(X, y)


def run():
    X, y = load("apnea.csv")
    X, y = balance(X, y)
    f1 = []
    skf = StratifiedKFold(5, shuffle=True, random_state=0)
    for train, test in skf.split(X, y):
        net = MLPClassifier((64, 32), max_iter=400).fit(X[train], y[train])
        f1.append(f1_score(y[test], net.predict(X[test])))
    print(np.mean(f1))


run()
