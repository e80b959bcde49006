import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

X = np.load("hrv.npy")
y = np.load("stress.npy")
scaler = None
accuracy = []
for train, test in StratifiedKFold(5, shuffle=True, random_state=4).split(X, y):
    if scaler is None:
        scaler = StandardScaler().fit(X[train])
    rf = RandomForestClassifier().fit(scaler.transform(X[train]), y[train])
    accuracy.append(rf.score(scaler.transform(X[test]), y[test]))
joblib.dump((scaler, rf), "rf.joblib")
print(np.mean(accuracy), np.std(accuracy))
