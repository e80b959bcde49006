import numpy as np
import pandas as pd
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB

expr = pd.read_csv("expression.tsv", sep="\t", index_col=0)
y = pd.read_csv("labels.tsv", sep="\t")["class"].values
selector = SelectKBest(f_classif, k=50)
X_new = selector.fit_transform(expr.values, y)
Xtr, Xte, ytr, yte = train_test_split(X_new, y, test_size=0.3)
nb = GaussianNB()
nb.fit(Xtr, ytr)
print(nb.score(Xte, yte))
