"""What a prompt's words and a seed decide: the pictures and the sound of a bouncing ball."""

import array
import hashlib
import math
import re

from .files import FPS, FRAMES, RATE, SAMPLES, SIZE

FLOOR = 56  # the row the ball lands on

COLOURS = {"red": (230, 46, 46), "green": (46, 191, 64), "blue": (56, 89, 242),
           "yellow": (242, 217, 51), "purple": (178, 64, 217), "white": (237, 237, 237)}
RADII = {"small": 6.0, "large": 10.0}
PITCHES = {"low": 260.0, "middle": 760.0, "high": 2200.0}  # Hz
TIMBRES = ("bell", "drum", "buzz")
COUNTS = {"once": 1, "twice": 2, "three": 3}
# By count: the earliest and the latest first impact, the shortest and the longest period, in s.
TIMES = {1: (0.4, 1.0, 1.2, 1.6), 2: (0.3, 0.7, 0.75, 0.95), 3: (0.25, 0.45, 0.5, 0.62)}


class Noise:
    """Numbers that depend on seed and name only, so any worker makes the same clip again."""

    def __init__(self, seed: int, stream: str):
        self.key, self.stream = str(seed).encode(), stream

    def bytes(self, name: str, count: int) -> bytes:
        return hashlib.shake_256(self.key + f"/{self.stream}/{name}".encode()).digest(count)

    def uniform(self, name: str, low: float = 0.0, high: float = 1.0) -> float:
        return low + (high - low) * int.from_bytes(self.bytes(name, 7), "big") / 2**56


def plan(text: str, seed: int, flaws: float) -> dict:
    """One clip as numbers. `flaws` scales every imperfection; 0 draws a clean clip."""
    words = re.findall(r"[a-z]+", text.lower())
    said = lambda table, default: next((w for w in words if w in table), default)
    shared, video, audio = (Noise(seed, s) for s in ("shared", "video", "audio"))
    count = COUNTS[said(COUNTS, "twice")]
    earliest, latest, shortest, longest = TIMES[count]
    first = shared.uniform("first", earliest, latest)
    # The bounce after the last counted one must fall behind the end of the clip.
    period = max(shared.uniform("period", shortest, longest), (2.05 - first) / count)
    impacts = [first + i * period for i in range(count)]
    late = flaws * audio.uniform("late", -0.12, 0.12) * audio.uniform("how late")
    return {
        "first": first, "period": period, "impacts": impacts,
        "colour": COLOURS[said(COLOURS, "red")], "radius": RADII[said(RADII, "large")],
        "x": video.uniform("x", 28, 36), "grey": int(video.uniform("grey", 20, 50)),
        "edge": 1 + flaws * 9 * video.uniform("blur") ** 2,
        "grain": int(flaws * 50 * video.uniform("grain") ** 2),
        "height": 1 - flaws * 0.5 * video.uniform("height") ** 2,
        "sounds": [max(0.0, t + late + flaws * audio.uniform(f"jitter {i}", -0.03, 0.03))
                   for i, t in enumerate(impacts) if audio.uniform(f"drop {i}") >= 0.08 * flaws],
        "pitch": PITCHES[said(PITCHES, "middle")] * 2 ** audio.uniform("pitch", -0.12, 0.12),
        "timbre": said(TIMBRES, "bell"),
        "haze": flaws * 0.12 * audio.uniform("haze") ** 2,
        "gain": audio.uniform("gain", 0.25, 0.5) * (1 + 3 * flaws * audio.uniform("loud") ** 4),
    }


def draw(clip: dict, seed: int) -> list[bytes]:
    """Returns the frames: rows bottom-up, BGR, as an AVI file holds them."""
    radius, edge, grey = clip["radius"], clip["edge"], clip["grey"]
    top = FLOOR - radius - (FLOOR - 2 * radius - 2) * clip["height"]
    noise, frames = Noise(seed, "video"), []
    for k in range(FRAMES):
        t = (k + 0.5) / FPS
        f = ((t - clip["first"]) / clip["period"]) % 1.0
        up = 1.0 if t < clip["first"] - clip["period"] / 2 else 4 * f * (1 - f)
        centre = FLOOR - radius - (FLOOR - radius - top) * up
        pixels = bytearray()
        for y in reversed(range(SIZE)):
            ground = grey + (38 if y >= FLOOR else 0)
            row = bytearray([ground] * (SIZE * 3))
            for x in range(SIZE) if abs(y - centre) < radius + edge else ():
                distance = math.hypot(x - clip["x"], y - centre)
                cover = min(1.0, max(0.0, (radius - distance) / edge + 0.5))
                for channel in range(3) if cover else ():
                    paint = clip["colour"][2 - channel]
                    row[3 * x + channel] = int(ground + cover * (paint - ground))
            pixels += row
        if grain := clip["grain"]:
            speckle = noise.bytes(f"frame {k}", len(pixels))
            pixels = bytearray(min(255, max(0, p + (s - 128) * grain // 128))
                               for p, s in zip(pixels, speckle))
        frames.append(bytes(pixels))
    return frames


def play(clip: dict, seed: int) -> array.array:
    """Returns the samples: one sound at each time in `sounds`, over a little haze."""
    noise = Noise(seed, "audio")
    haze = noise.bytes("haze samples", SAMPLES)
    signal = [clip["haze"] * (b / 127.5 - 1) for b in haze]
    turn = 2 * math.pi * clip["pitch"] / RATE
    for i, at in enumerate(clip["sounds"]):
        start, timbre = int(at * RATE), clip["timbre"]
        hiss, y1, y2 = noise.bytes(f"hiss {i}", SAMPLES), 0.0, 0.0
        for n in range(min(SAMPLES - start, int(0.6 * RATE))):
            t = n / RATE
            if timbre == "bell":
                value = (math.sin(turn * n) * math.exp(-t / 0.16)
                         + 0.5 * math.sin(2.76 * turn * n) * math.exp(-t / 0.07)) / 1.5
            elif timbre == "buzz":
                value = sum(math.sin(k * turn * n) / k for k in (1, 2, 3)) / 1.8
                value *= min(1.0, max(0.0, (0.18 - t) / 0.02))
            else:  # a drum: noise through a resonator
                y1, y2 = 1.96 * math.cos(turn) * y1 - 0.9604 * y2 + hiss[n] / 128 - 1, y1
                value = 0.5 * math.sin(turn) * y1 * math.exp(-t / 0.045)
            signal[start + n] += clip["gain"] * value * min(1.0, t / 0.003)
    return array.array("h", (int(32767 * min(1.0, max(-1.0, s))) for s in signal))
