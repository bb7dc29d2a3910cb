"""Measurements on decoded clips. A measure without a value is NaN."""

import array
import cmath
import math

from .files import FPS, RATE, SIZE


def brightness(frame: bytes) -> list[list[int]]:
    """Returns rows from the bottom up of each pixel's largest channel."""
    flat = list(map(max, frame[0::3], frame[1::3], frame[2::3]))
    return [flat[y * SIZE:(y + 1) * SIZE] for y in range(SIZE)]


def heights(frames: list[bytes]) -> list[float]:
    """Returns how high the centre of the bright shape is in each frame, in pixels."""
    found = []
    for rows in map(brightness, frames):
        middle = (max(map(max, rows)) + min(map(min, rows))) / 2
        mass = [sum(p > middle for p in row) for row in rows]
        found.append(sum(y * m for y, m in enumerate(mass)) / max(1, sum(mass)))
    return found


def impacts(frames: list[bytes]) -> list[float]:
    """Returns when the shape turned from falling to rising, in seconds, between frames too."""
    h, times = heights(frames), []
    middle = (max(h) + min(h)) / 2
    for k in range(1, len(h) - 1):
        if h[k] < h[k - 1] and h[k] <= h[k + 1] and h[k] < middle:
            # A bounce is a V in time: the two sides' difference says where its tip lies.
            shift = (h[k - 1] - h[k + 1]) / (2 * (max(h[k - 1], h[k + 1]) - h[k]))
            times.append((k + 0.5 + shift) / FPS)
    return times


def onsets(samples: array.array) -> list[float]:
    """Returns when a sound began, in seconds: the level doubles within 10 ms."""
    step = RATE // 100
    level = [math.sqrt(sum(s * s for s in samples[i:i + step]) / step)
             for i in range(0, len(samples) - step + 1, step)]
    loud, times = 0.15 * max(level, default=0), []
    for i, now in enumerate(level):
        before = max(level[max(0, i - 3):i] or level[:1])
        if now > loud and now > 2 * before and (not times or i / 100 - times[-1] > 0.12):
            times.append(i / 100)
    return times


def spectrum(x: list[complex]) -> list[complex]:
    if len(x) == 1:
        return x
    even, odd, half = spectrum(x[0::2]), spectrum(x[1::2]), len(x) // 2
    odd = [cmath.exp(-1j * math.pi * k / half) * v for k, v in enumerate(odd)]
    return [a + b for a, b in zip(even, odd)] + [a - b for a, b in zip(even, odd)]


def clarity(samples: array.array) -> float:
    """Returns the share of each sound's energy that its strongest tone holds, on average."""
    shares = []
    for at in onsets(samples):
        start = int((at + 0.01) * RATE)
        part = list(samples[start:start + 1024])
        if len(part) == 1024 and any(part):
            hann = [p * (0.5 - 0.5 * math.cos(2 * math.pi * n / 1024)) for n, p in enumerate(part)]
            power = [abs(v) ** 2 for v in spectrum(hann)[:512]]
            tone = max(range(len(power)), key=power.__getitem__)
            shares.append(sum(power[max(0, tone - 2):tone + 3]) / sum(power))
    return sum(shares) / len(shares) if shares else math.nan


def loudness(samples: array.array) -> float:
    """Returns the level in dB below full scale."""
    square = sum(s * s for s in samples) / max(1, len(samples))
    return 10 * math.log10(square / 32768**2) if square else math.nan


def sharpness(frames: list[bytes]) -> float:
    """Returns the steepest step between neighbours as a share of the row's contrast, on average."""
    shares = []
    for rows in map(brightness, frames):
        row = max(rows, key=lambda r: max(r) - min(r))
        steepest = max(abs(a - b) for a, b in zip(row, row[1:]))
        shares.append(steepest / max(1, max(row) - min(row)))
    return sum(shares) / len(shares)


def motion(frames: list[bytes]) -> float:
    """Returns how far the shape moves from frame to frame, in pixels, on average."""
    h = heights(frames)
    return sum(abs(a - b) for a, b in zip(h, h[1:])) / (len(h) - 1)


def offset(seen: list[float], heard: list[float]) -> float:
    """Returns the mean distance of a sound from the nearest impact, in seconds."""
    gaps = [min(abs(s - t) for t in seen) for s in heard] if seen else []
    return sum(gaps) / len(gaps) if gaps else math.nan


def coherence(seen: list[float], heard: list[float], within: float = 0.06) -> float:
    """Returns the F1 of sounds against impacts: 1 when each has a partner within 60 ms."""
    hits = sum(any(abs(s - t) <= within for t in seen) for s in heard)
    met = sum(any(abs(s - t) <= within for s in heard) for t in seen)
    return (hits + met) / (len(seen) + len(heard)) if seen or heard else math.nan
