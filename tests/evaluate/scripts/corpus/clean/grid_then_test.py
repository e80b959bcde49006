import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score
from sklearn.model_selection import RandomizedSearchCV, train_test_split

df = pd.read_csv("diabetes.csv")
X, y = df.iloc[:, 0:8], df.iloc[:, 8]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=1)
search = RandomizedSearchCV(
    RandomForestClassifier(),
    {"n_estimators": [100, 300], "max_depth": [3, 5, None]},
    n_iter=4,
    cv=5,
)
search.fit(X_train, y_train)
print("best by cross-validation", search.best_score_, search.best_params_)
best = search.best_estimator_
print("test accuracy", accuracy_score(y_test, best.predict(X_test)))
