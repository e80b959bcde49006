import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X = np.loadtxt("X.csv", delimiter=",")
y = np.loadtxt("y.csv", delimiter=",")
oof = np.zeros(len(y))
for fold, (train, test) in enumerate(StratifiedKFold(10, shuffle=True, random_state=0).split(X, y)):
    scaler = StandardScaler()
    Xtr = scaler.fit_transform(X[train])
    Xte = scaler.transform(X[test])
    lr = LogisticRegression().fit(Xtr, y[train])
    oof[test] = lr.predict_proba(Xte)[:, 1]
print("AUC of all out-of-fold predictions", roc_auc_score(y, oof))
final = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
joblib.dump(final, "final.joblib")
