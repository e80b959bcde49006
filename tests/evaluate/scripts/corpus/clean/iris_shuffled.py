from sklearn import datasets, metrics, svm
from sklearn.model_selection import KFold, cross_val_score, train_test_split

iris = datasets.load_iris()
X, y = iris.data, iris.target
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=0)
clf = svm.SVC(kernel="linear", C=1).fit(X_train, y_train)
print(metrics.accuracy_score(y_test, clf.predict(X_test)))
print(cross_val_score(clf, X, y, cv=5).mean())
print(cross_val_score(clf, X, y, cv=KFold(5, shuffle=True, random_state=0)).mean())
