import numpy as np
import wfdb
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split

RECORDS = ["100", "101", "103", "105", "106", "108"]
X, y = [], []
for record in RECORDS:
    signal = wfdb.rdrecord(f"mitdb/{record}").p_signal[:, 0]
    ann = wfdb.rdann(f"mitdb/{record}", "atr")
    for peak, symbol in zip(ann.sample, ann.symbol):
        if symbol not in "NLRVA" or peak < 90:
            continue
        X.append(signal[peak - 90:peak + 110])
        y.append(symbol)
X, y = np.array(X), np.array(y)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y)
model = RandomForestClassifier(n_jobs=-1).fit(X_train, y_train)
print(classification_report(y_test, model.predict(X_test)))
