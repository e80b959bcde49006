import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

df = pd.read_csv("beats.csv")
patients = df["patient_id"].unique()
train_ids, test_ids = train_test_split(patients, test_size=0.3, random_state=0)
train = df[df["patient_id"].isin(train_ids)]
test = df[df["patient_id"].isin(test_ids)]
cols = [c for c in df.columns if c not in ("patient_id", "label")]
lr = LogisticRegression(max_iter=5000).fit(train[cols], train["label"])
print(roc_auc_score(test["label"], lr.decision_function(test[cols])))
