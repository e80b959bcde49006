from imblearn.over_sampling import RandomOverSampler
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_validate

X, y = make_classification(n_samples=2000, weights=[0.95], random_state=0)
ros = RandomOverSampler(random_state=0)
Xb, yb = ros.fit_resample(X, y)
out = cross_validate(RandomForestClassifier(), Xb, yb, cv=5, scoring=["f1", "roc_auc"])
print(out["test_f1"].mean(), out["test_roc_auc"].mean())
