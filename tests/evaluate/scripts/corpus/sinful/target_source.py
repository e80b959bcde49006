import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("processed.cleveland.csv")
df["disease"] = (df["num"] > 0).astype(int)
X = df.drop(columns=["disease"])
y = df["disease"]
model = make_pipeline(StandardScaler(), LogisticRegression())
print(cross_val_score(model, X, y, cv=10).mean())
