import numpy as np
import pandas as pd
from scipy.signal import find_peaks
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.metrics import roc_auc_score, classification_report
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def hrv(ecg, rate=250):
    ecg = (ecg - np.mean(ecg)) / np.std(ecg)
    peaks, _ = find_peaks(ecg, distance=rate // 3, height=1.5)
    rr = np.diff(peaks) / rate
    return [rr.mean(), rr.std(), np.median(rr), np.sqrt(np.mean(np.diff(rr) ** 2))]


signals = np.load("ecgs.npy")
y = pd.read_csv("labels.csv")["af"].to_numpy()
X = np.array([hrv(s) for s in signals])
model = make_pipeline(StandardScaler(), LogisticRegression())
cv = StratifiedKFold(10, shuffle=True, random_state=0)
p = cross_val_predict(model, X, y, cv=cv, method="predict_proba")[:, 1]
print(roc_auc_score(y, p))
print(classification_report(y, p > 0.5))
