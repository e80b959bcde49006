import numpy as np
from sklearn.model_selection import train_test_split
from keras.models import Sequential
from keras.layers import Dense, Dropout
from keras.callbacks import EarlyStopping, ModelCheckpoint

X = np.load("X.npy")
y = np.load("y.npy")
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, stratify=y)

def build(n):
    net = Sequential()
    net.add(Dense(64, activation="relu", input_dim=n))
    net.add(Dropout(0.3))
    net.add(Dense(1, activation="sigmoid"))
    net.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return net

net = build(X_train.shape[1])
callbacks = [
    EarlyStopping(monitor="val_loss", patience=10, restore_best_weights=True),
    ModelCheckpoint("best.h5", save_best_only=True),
]
net.fit(X_train, y_train, epochs=200, batch_size=32,
        validation_data=(X_test, y_test), callbacks=callbacks)
print("test accuracy:", net.evaluate(X_test, y_test)[1])
