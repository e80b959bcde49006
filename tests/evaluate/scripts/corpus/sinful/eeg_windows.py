import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score

signal = np.load("eeg.npy")
stage = np.load("stage.npy")

def segment(x, s, width=256, step=32):
    segments, marks = [], []
    for start in range(0, len(x) - width, step):
        segments.append(x[start:start + width])
        marks.append(s[start + width - 1])
    return np.array(segments), np.array(marks)

X, y = segment(signal, stage)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3)
clf = RandomForestClassifier().fit(X_train, y_train)
print(accuracy_score(y_test, clf.predict(X_test)))
