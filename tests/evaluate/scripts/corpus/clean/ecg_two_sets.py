"""DS1 trains, DS2 tests: no patient is in both."""
import numpy as np
import wfdb
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.metrics import classification_report

DS1 = ["101", "106", "108", "109"]
DS2 = ["100", "103", "105", "111"]


def beats(records):
    X, y = [], []
    for record in records:
        sig = wfdb.rdrecord(f"mitdb/{record}").p_signal[:, 0]
        ann = wfdb.rdann(f"mitdb/{record}", "atr")
        for peak, symbol in zip(ann.sample, ann.symbol):
            if 90 < peak < len(sig) - 110 and symbol in "NLRAV":
                X.append(sig[peak - 90:peak + 110])
                y.append(symbol)
    return np.array(X), np.array(y)


X_train, y_train = beats(DS1)
X_test, y_test = beats(DS2)
sc = StandardScaler()
X_train = sc.fit_transform(X_train)
X_test = sc.transform(X_test)
svm = SVC(class_weight="balanced").fit(X_train, y_train)
print(classification_report(y_test, svm.predict(X_test)))
