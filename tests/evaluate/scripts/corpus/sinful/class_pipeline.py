"""Training as a class, as larger projects have it."""
import numpy as np
import pandas as pd
from sklearn.impute import KNNImputer
from sklearn.model_selection import train_test_split
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score


class Trainer:
    def __init__(self, path, target):
        self.frame = pd.read_csv(path)
        self.target = target
        self.imputer = KNNImputer()
        self.model = RandomForestClassifier()

    def prepare(self):
        y = self.frame[self.target]
        X = self.frame.drop(columns=[self.target])
        X = self.imputer.fit_transform(X)
        return train_test_split(X, y, test_size=0.2, random_state=0)

    def run(self):
        X_train, X_test, y_train, y_test = self.prepare()
        self.model.fit(X_train, y_train)
        return balanced_accuracy_score(y_test, self.model.predict(X_test))


if __name__ == "__main__":
    print(Trainer("kidney.csv", "ckd").run())
