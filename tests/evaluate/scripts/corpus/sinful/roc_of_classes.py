import pandas as pd
import matplotlib.pyplot as plt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import auc, roc_curve
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("parkinsons.csv")
y = df["status"]
X = df.drop(columns=["name", "status"])
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=11)
pipe = make_pipeline(StandardScaler(), LogisticRegression())
pipe.fit(X_train, y_train)
y_hat = pipe.predict(X_test)
fpr, tpr, _ = roc_curve(y_test, y_hat)
plt.plot(fpr, tpr, label="AUC = %.2f" % auc(fpr, tpr))
plt.legend()
plt.show()
