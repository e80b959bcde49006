import numpy as np
from sklearn.datasets import load_wine
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

X, y = load_wine(return_X_y=True)
inner = StratifiedKFold(5, shuffle=True, random_state=0)
outer = StratifiedKFold(5, shuffle=True, random_state=1)
pipe = make_pipeline(StandardScaler(), SVC())
search = GridSearchCV(pipe, {"svc__C": np.logspace(-2, 2, 5)}, cv=inner)
scores = cross_val_score(search, X, y, cv=outer)
print("nested: %.3f (%.3f)" % (scores.mean(), scores.std()))
