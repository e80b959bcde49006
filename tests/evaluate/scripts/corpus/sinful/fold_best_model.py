import pickle
import numpy as np
from sklearn.model_selection import KFold
from sklearn.preprocessing import MinMaxScaler
from sklearn.svm import SVC

data = np.genfromtxt("ecg.csv", delimiter=",")
X, y = data[:, :-1], data[:, -1]
best_score, best_model = 0, None
scores = []
for train_index, test_index in KFold(10, shuffle=True).split(X):
    mms = MinMaxScaler()
    Xtr = mms.fit_transform(X[train_index])
    Xte = mms.transform(X[test_index])
    svc = SVC().fit(Xtr, y[train_index])
    s = svc.score(Xte, y[test_index])
    scores.append(s)
    if s > best_score:
        best_score = s
        best_model = svc
print("CV accuracy: %.3f" % np.mean(scores))
with open("model.pkl", "wb") as f:
    pickle.dump((mms, best_model), f)
