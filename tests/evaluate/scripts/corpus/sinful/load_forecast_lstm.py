import numpy as np
import pandas as pd
from sklearn.preprocessing import MinMaxScaler
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import LSTM, Dense

series = pd.read_csv('load.csv', usecols=[1]).values.astype('float32')
n_train = int(len(series) * 0.98)
train, test = series[:n_train], series[n_train:]

scaler = MinMaxScaler(feature_range=(0, 1))
train = scaler.fit_transform(train)
test = scaler.fit_transform(test)

def make_windows(data, look_back=96):
    X, Y = [], []
    for i in range(len(data) - look_back):
        X.append(data[i:i + look_back, 0])
        Y.append(data[i + look_back, 0])
    return np.array(X), np.array(Y)

trainX, trainY = make_windows(train)
testX, testY = make_windows(test)
trainX = trainX.reshape(trainX.shape[0], trainX.shape[1], 1)
testX = testX.reshape(testX.shape[0], testX.shape[1], 1)

model = Sequential()
model.add(LSTM(10, input_shape=(96, 1)))
model.add(Dense(1))
model.compile(loss='mse', optimizer='adam')
model.fit(trainX, trainY, epochs=20, batch_size=512, verbose=2)

predicted = scaler.inverse_transform(model.predict(testX))
real = scaler.inverse_transform(testY.reshape(-1, 1))
mape = np.mean(np.abs((real - predicted) / predicted)) * 100
print('MAPE: %.2f' % mape)
