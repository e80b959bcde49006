import joblib
import numpy as np
from sklearn.model_selection import KFold
from sklearn.preprocessing import RobustScaler
from sklearn.svm import SVR

X, y = np.load("x.npy"), np.load("y.npy")
best, kept, scores = -np.inf, None, []
for i, (a, b) in enumerate(KFold(5, shuffle=True).split(X)):
    scaler = RobustScaler().fit(X[a])
    model = SVR().fit(scaler.transform(X[a]), y[a])
    r2 = model.score(scaler.transform(X[b]), y[b])
    scores.append(r2)
    if r2 > best:
        best = r2
        kept = (scaler, model)
print("R2: %.3f +/- %.3f" % (np.mean(scores), np.std(scores)))
joblib.dump(kept, "model.joblib")
