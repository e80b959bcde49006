import os
import librosa
import numpy as np
from sklearn.model_selection import KFold
from sklearn.svm import SVC

X, y = [], []
for label, folder in enumerate(["normal", "murmur", "extrasystole"]):
    for name in os.listdir(folder):
        sound, rate = librosa.load(os.path.join(folder, name))
        X.append(librosa.feature.mfcc(y=sound, sr=rate).mean(axis=1))
        y.append(label)
X = np.array(X)
y = np.array(y)
accuracies = []
for fit, check in KFold(n_splits=3).split(X):
    svm = SVC().fit(X[fit], y[fit])
    accuracies.append(svm.score(X[check], y[check]))
print(accuracies, np.mean(accuracies))
