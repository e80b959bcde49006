import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_recall_curve, recall_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("icu.csv")
X, y = df.drop("died", axis=1), df["died"]
X_dev, X_test, y_dev, y_test = train_test_split(X, y, stratify=y, test_size=0.2)
X_train, X_val, y_train, y_val = train_test_split(X_dev, y_dev, stratify=y_dev, test_size=0.25)
lr = LogisticRegression(max_iter=2000).fit(X_train, y_train)
p, r, t = precision_recall_curve(y_val, lr.predict_proba(X_val)[:, 1])
f1 = 2 * p * r / (p + r + 1e-9)
threshold = t[np.argmax(f1[:-1])]
pred = lr.predict_proba(X_test)[:, 1] >= threshold
print(f1_score(y_test, pred), recall_score(y_test, pred))
