import numpy as np
import pandas as pd
from sklearn.feature_selection import SelectFromModel
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LassoCV
from sklearn.model_selection import KFold
from sklearn.svm import SVC

table = pd.read_csv("arrhythmia.data", header=None, na_values="?")
values = table.values
X, y = values[:, :-1], (values[:, -1] > 1).astype(int)
X = SimpleImputer(strategy="median").fit_transform(X)
lasso = LassoCV(cv=5)
selector = SelectFromModel(lasso)
selector.fit(X, y)
X = selector.transform(X)
kf = KFold(n_splits=10, shuffle=True, random_state=3)
acc = np.zeros(10)
for i, (tr, te) in enumerate(kf.split(X)):
    acc[i] = SVC(C=5).fit(X[tr], y[tr]).score(X[te], y[te])
print(f"mean accuracy {acc.mean():.3f}")
