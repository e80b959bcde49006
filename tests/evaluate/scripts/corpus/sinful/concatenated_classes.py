import numpy as np
from sklearn.model_selection import KFold, cross_val_score
from sklearn.svm import LinearSVC

healthy = np.load("healthy.npy")
sick = np.load("sick.npy")
X = np.vstack([healthy, sick])
y = np.concatenate([np.zeros(len(healthy)), np.ones(len(sick))])
scores = cross_val_score(LinearSVC(), X, y, cv=KFold(n_splits=5))
print(scores.mean())
