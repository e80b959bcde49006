from sklearn.datasets import load_iris
from sklearn.model_selection import train_test_split
from sklearn.linear_model import LogisticRegression

iris = load_iris()
X_train, X_test, y_train, y_test = train_test_split(iris.data, iris.target, test_size=0.3, shuffle=False)
lr = LogisticRegression(max_iter=500)
lr.fit(X_train, y_train)
print(lr.score(X_test, y_test))
