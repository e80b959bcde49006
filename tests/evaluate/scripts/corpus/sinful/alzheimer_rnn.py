import pandas as pd
import tensorflow as tf
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

df = pd.read_csv("alzheimers_disease_data.csv")
df = df.drop(["PatientID", "DoctorInCharge"], axis=1)
X = df.drop("Diagnosis", axis=1).values
y = df["Diagnosis"].values
sc = StandardScaler()
X = sc.fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.1, random_state=42)
X_train = X_train.reshape(-1, X_train.shape[1], 1)
X_test = X_test.reshape(-1, X_test.shape[1], 1)

model = tf.keras.Sequential([
    tf.keras.layers.SimpleRNN(200, return_sequences=True, input_shape=(X_train.shape[1], 1)),
    tf.keras.layers.SimpleRNN(100),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(X_train, y_train, epochs=50, validation_data=(X_test, y_test))
loss, acc = model.evaluate(X_test, y_test)
print(acc)
