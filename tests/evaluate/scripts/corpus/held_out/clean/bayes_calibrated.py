import matplotlib.pyplot as plt
import pandas as pd
from sklearn.calibration import CalibratedClassifierCV, CalibrationDisplay
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import OrdinalEncoder
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline

frame = pd.read_csv("triage.csv")
target = frame.pop("admitted")
X_train, X_test, y_train, y_test = train_test_split(frame, target, test_size=0.3, random_state=8)
encode = make_column_transformer((OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["mode"]), remainder="passthrough")
plain = make_pipeline(encode, GaussianNB())
sigmoid = make_pipeline(encode, CalibratedClassifierCV(GaussianNB(), method="sigmoid", cv=5))
for name, model in [("plain", plain), ("sigmoid", sigmoid)]:
    model.fit(X_train, y_train)
    p = model.predict_proba(X_test)[:, 1]
    print(name, brier_score_loss(y_test, p))
    CalibrationDisplay.from_predictions(y_test, p, n_bins=10)
plt.show()
