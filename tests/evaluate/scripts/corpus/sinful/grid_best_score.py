import pandas as pd
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

df = pd.read_csv("heart.csv")
X, y = df.drop(columns="target"), df["target"]
pipe = Pipeline([("scale", StandardScaler()), ("svm", SVC())])
grid = GridSearchCV(pipe, {"svm__C": [0.1, 1, 10, 100], "svm__gamma": [0.001, 0.01, 0.1]}, cv=10)
grid.fit(X, y)
print("Best parameters:", grid.best_params_)
print("Accuracy of our model: %.3f" % grid.best_score_)
