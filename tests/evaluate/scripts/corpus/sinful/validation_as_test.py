import numpy as np
from keras import Sequential
from keras.callbacks import ModelCheckpoint
from keras.layers import Conv1D, Dense, GlobalMaxPooling1D
from sklearn.model_selection import train_test_split

X = np.load("signals.npy")
y = np.load("labels.npy")
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.2)
model = Sequential([Conv1D(32, 5, activation="relu"), GlobalMaxPooling1D(), Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
best = ModelCheckpoint("w.keras", monitor="val_accuracy", save_best_only=True)
model.fit(X_train, y_train, epochs=60, validation_data=(X_val, y_val), callbacks=[best])
model.load_weights("w.keras")
print("accuracy", model.evaluate(X_val, y_val)[1])
