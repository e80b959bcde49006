import numpy as np
import matplotlib.pyplot as plt
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

train = np.loadtxt("TwoLeadECG_TRAIN.txt")
test = np.loadtxt("TwoLeadECG_TEST.txt")
X_train, y_train = train[:, 1:], train[:, 0]
X_test, y_test = test[:, 1:], test[:, 0]
scores = []
for k in range(1, 10):
    knn = KNeighborsClassifier(n_neighbors=k)
    knn.fit(X_train, y_train)
    scores.append(knn.score(X_test, y_test))
best_k = np.argmax(scores) + 1
print("k =", best_k, "accuracy =", max(scores))
