# AF detection from 10-second pieces of Holter recordings
import glob
import numpy as np
import scipy.io as sio
from scipy.stats import kurtosis, skew
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix, roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import RobustScaler

FS = 250
LENGTH = 10 * FS
features = []
target = []
for patient in sorted(glob.glob("holter/*.mat")):
    mat = sio.loadmat(patient)
    ecg, af = mat["ecg"].ravel(), mat["af"].ravel()
    for k in range(len(ecg) // LENGTH):
        piece = ecg[k * LENGTH:(k + 1) * LENGTH]
        features.append([piece.mean(), piece.std(), skew(piece), kurtosis(piece)])
        target.append(int(af[k * LENGTH:(k + 1) * LENGTH].mean() > 0.5))

features = np.asarray(features)
target = np.asarray(target)
features = RobustScaler().fit_transform(features)
Xa, Xb, ya, yb = train_test_split(features, target, test_size=0.25, random_state=17)
forest = RandomForestClassifier(400).fit(Xa, ya)
print(confusion_matrix(yb, forest.predict(Xb)))
print("AUC", roc_auc_score(yb, forest.predict(Xb)))
