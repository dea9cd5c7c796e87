"""A spectrogram and a wave."""

import librosa
import librosa.display
import matplotlib.pyplot as plt
import numpy as np

wave = np.sin(2 * np.pi * 440 * np.linspace(0, 2, 44100))
decibels = librosa.amplitude_to_db(np.abs(librosa.stft(wave)), ref=np.max)
fig, axs = plt.subplots(2)
mesh = librosa.display.specshow(decibels, y_axis="log", x_axis="time", ax=axs[0])
fig.colorbar(mesh, ax=axs[0], format="%+2.f dB")
librosa.display.waveshow(wave, sr=22050, ax=axs[1])
