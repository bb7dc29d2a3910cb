"""Writes numbers that librosa and Pillow made, for the tests of Media.

    python3 -m venv V && V/bin/pip install librosa==0.11.0 pillow safetensors
    V/bin/python Tests/MediaTests/make_media_fixtures.py Tests/MediaTests/Fixtures
"""
import json
import sys

import librosa
import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

FOLDER = sys.argv[1]


def clip(rate, seconds, seed):
    """A decaying chord over noise: a sound with peaks, a floor and a beginning."""
    noise = np.random.default_rng(seed)
    t = np.arange(int(rate * seconds)) / rate
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220, 554.4, 1318.5, 3520))
    return (0.2 * chord * np.exp(-2 * t) + 0.01 * noise.standard_normal(len(t))).astype(np.float32)


def write(name, description, library, config, rules, tolerance, tensors):
    save_file(tensors, f"{FOLDER}/{name}.safetensors")
    with open(f"{FOLDER}/{name}.json", "w") as file:
        json.dump({
            "name": name, "description": description, "file": f"{name}.safetensors",
            "library": library, "config": config, "rules": rules, "tolerance": tolerance,
        }, file, indent=1)
        file.write("\n")


def vocos():
    config = {"sr": 24000, "n_fft": 1024, "hop": 256, "n_mels": 100, "clamp": 1e-7}
    x = clip(24000, 0.5, 1)
    mel = librosa.feature.melspectrogram(
        y=x.astype(np.float64), sr=24000, n_fft=1024, hop_length=256, n_mels=100, power=1,
        htk=True, norm=None, fmin=0, fmax=12000, pad_mode="reflect")
    write(
        "media_vocos_mel", "Vocos' log-mel front end.", f"librosa {librosa.__version__}", config,
        ["natural log of max(HTK filters of height 1 on magnitudes, clamp), [frames, bins]"],
        {"atol": 1e-4, "rtol": 1e-4},
        {"input.x": x, "output.log_mel": np.log(np.maximum(mel, 1e-7)).T.astype(np.float32).copy()})


def griffin_lim():
    config = {"n_fft": 256, "hop": 64, "iterations": 8, "momentum": 0.99}
    x = clip(8000, 0.4, 2)
    magnitude = np.abs(librosa.stft(x, n_fft=256, hop_length=64, pad_mode="reflect"))
    y = librosa.griffinlim(
        magnitude.astype(np.float64), n_iter=8, hop_length=64, n_fft=256, momentum=0.99, init=None,
        pad_mode="reflect")
    write(
        "media_griffin_lim", "Griffin and Lim's iteration with momentum, phases from zero.",
        f"librosa {librosa.__version__}", config, ["magnitudes are [frames, bins]"],
        {"atol": 1e-3},
        {"input.magnitude": magnitude.T.copy(), "output.samples": y.astype(np.float32)})


def resize():
    noise = np.random.default_rng(3)
    y, x = np.mgrid[0:37, 0:53]
    smooth = np.stack([x * 255 / 52, y * 255 / 36, (x + y) % 32 * 8], axis=-1)
    picture = np.clip(smooth + 20 * noise.standard_normal(smooth.shape), 0, 255).astype(np.uint8)
    cases = [
        {"size": [16, 32], "box": [0, 0, 53, 37]},
        {"size": [106, 74], "box": [0, 0, 53, 37]},
        {"size": [40, 24], "box": [3.25, 1.5, 49.75, 36]},
        {"size": [53, 11], "box": [0, 0, 53, 37]},
        {"size": [7, 90], "box": [10, 0, 20.5, 37]},
    ]
    tensors = {"input.picture": picture}
    for index, case in enumerate(cases):
        tensors[f"output.{index}"] = np.asarray(
            Image.fromarray(picture).resize(case["size"], Image.BICUBIC, case["box"])).copy()
    write(
        "media_resize", "Pictures resized by Pillow's bicubic filter, [height, width, 3].",
        f"Pillow {PIL.__version__}", {"cases": cases}, ["bytes must be equal"], {"atol": 0}, tensors)


vocos()
griffin_lim()
resize()
