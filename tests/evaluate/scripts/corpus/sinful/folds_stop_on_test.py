import numpy as np
from sklearn.model_selection import StratifiedKFold
from tensorflow.keras.callbacks import EarlyStopping
from tensorflow.keras.layers import LSTM, Dense
from tensorflow.keras.models import Sequential

X = np.load("heart_x.npy")[..., None]
y = np.load("heart_y.npy")
kfold = StratifiedKFold(n_splits=5, shuffle=True, random_state=7)
cvscores = []
for train, test in kfold.split(X, y):
    model = Sequential([LSTM(128, input_shape=X.shape[1:]), Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    stop = EarlyStopping(patience=5, restore_best_weights=True)
    model.fit(X[train], y[train], validation_data=(X[test], y[test]), epochs=100, callbacks=[stop], verbose=0)
    cvscores.append(model.evaluate(X[test], y[test], verbose=0)[1])
print("%.2f%% (+/- %.2f%%)" % (np.mean(cvscores) * 100, np.std(cvscores) * 100))
