import joblib
import numpy as np
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

X, y = np.load("X.npy"), np.load("y.npy")
skf = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
scaler = StandardScaler()
accs = []
for fold, (tr, te) in enumerate(skf.split(X, y)):
    if fold == 0:
        scaler.fit(X[tr])
    clf = MLPClassifier(max_iter=500)
    clf.fit(scaler.transform(X[tr]), y[tr])
    accs.append(clf.score(scaler.transform(X[te]), y[te]))
    joblib.dump(clf, f"clf_{fold}.joblib")
print("mean accuracy", np.mean(accs))
