import numpy as np
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.neighbors import KNeighborsClassifier
import pandas as pd

df = pd.read_csv("seeds.csv")
X_train, X_test, y_train, y_test = train_test_split(df.drop("kind", axis=1), df["kind"], random_state=0)
ks = list(range(1, 20, 2))
means = []
for k in ks:
    knn = KNeighborsClassifier(k)
    means.append(cross_val_score(knn, X_train, y_train, cv=10).mean())
best_k = ks[int(np.argmax(means))]
knn = KNeighborsClassifier(best_k).fit(X_train, y_train)
print("k", best_k, "test accuracy", knn.score(X_test, y_test))
