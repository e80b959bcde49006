import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.utils import resample

df = pd.read_csv("heart.csv")
X_train, X_test, y_train, y_test = train_test_split(df.drop("target", axis=1), df["target"], stratify=df["target"])
model = LogisticRegression(max_iter=3000).fit(X_train, y_train)
prob = model.predict_proba(X_test)[:, 1]
aucs = []
for seed in range(1000):
    t, p = resample(y_test, prob, random_state=seed)
    aucs.append(roc_auc_score(t, p))
print(roc_auc_score(y_test, prob), np.percentile(aucs, [2.5, 97.5]))
