"""Makes evaluations.json: what numpy and scipy say of two policies and of sets of embeddings.

pip install numpy==2.4.6 scipy==1.17.1
python make_evaluations.py > evaluations.json
"""

import json
from importlib.metadata import version

import numpy as np
from scipy import linalg, stats

random = np.random.default_rng(20261121)

# name, modality, goal, role, is_share, mean before, shift after, spread
DIMENSIONS = [
    ("audio_quality", "audio", "maximize", "ranked", False, 5.0, 0.6, 1.0),
    ("text_audio", "audio", "maximize", "ranked", False, 0.2, 0.01, 0.05),
    ("visual_quality", "video", "maximize", "ranked", True, 0.5, 0.04, 0.1),
    ("motion_error", "video", "minimize", "ranked", True, 0.4, -0.03, 0.1),
    ("sync", "audio_video", "maximize", "ranked", False, 0.3, 0.0, 0.1),
    ("desync", "audio_video", "minimize", "ranked", False, 0.9, -0.3, 0.2),
    ("outside_audio", "audio", "maximize", "held_out", False, 50.0, 3.0, 8.0),
    ("people", None, "minimize", "held_out", False, 2.0, 0.4, 0.5),
]
PROMPTS = 40


def scores():
    prompts = []
    for prompt in range(PROMPTS):
        hardness = random.normal(0, 1, len(DIMENSIONS))
        entry = {"prompt": 100 - prompt}
        for policy, count in [("before", 2), ("after", 2 + prompt % 2)]:
            rows = []
            for _ in range(count):
                row = []
                for place, (*_, mean, shift, spread) in enumerate(DIMENSIONS):
                    value = mean + spread * (0.7 * hardness[place] + 0.7 * random.normal())
                    value += shift if policy == "after" else 0
                    missing = random.random() < 0.03 or (prompt == 7 and place == 3)
                    row.append(None if missing else round(float(value), 4))
                rows.append(row)
            entry[policy] = rows
        prompts.append(entry)
    return prompts


def bootstrap(before, after):
    """The mean difference and its percentile interval, with another generator than ours."""
    result = stats.bootstrap(
        (before, after), lambda b, a, axis: np.mean(a - b, axis=axis), paired=True,
        vectorized=True, method="percentile", n_resamples=100_000, rng=random)
    interval = result.confidence_interval
    return [float(np.mean(np.subtract(after, before))), float(interval.low), float(interval.high)]


def wins(before, after):
    difference = np.subtract(after, before)
    count, n = float(np.sum(difference > 1e-9) + np.sum(abs(difference) <= 1e-9) / 2), len(before)
    if count == int(count):
        interval = stats.binomtest(int(count), n).proportion_ci(method="wilson")
        ends = [float(interval.low), float(interval.high)]
    else:
        ends = None
    return {"rate": count / n, "wilson": ends}


def total(before, after):
    keep = ~np.isnan(before) & ~np.isnan(after)
    before, after = before[keep], after[keep]
    return {"prompts": len(before), "before": before.mean(), "after": after.mean(),
            "gain": bootstrap(before, after), "wins": wins(before, after)}


def comparison(prompts):
    means = np.full((2, len(DIMENSIONS), PROMPTS), np.nan)
    z = means.copy()
    dimensions = []
    for place, (name, _, goal, *_) in enumerate(DIMENSIONS):
        pool = []
        missing = [0, 0]
        for number, prompt in enumerate(sorted(prompts, key=lambda p: p["prompt"])):
            sides = []
            for side, policy in enumerate(["before", "after"]):
                found = [row[place] for row in prompt[policy] if row[place] is not None]
                missing[side] += len(prompt[policy]) - len(found)
                sides.append(found)
            if all(sides):
                means[:, place, number] = [np.mean(side) for side in sides]
                pool += sides[0] + sides[1]
        sign = -1 if goal == "minimize" else 1
        z[:, place] = sign * (means[:, place] - np.mean(pool)) / np.std(pool, ddof=1)
        both = total(means[0, place], means[1, place])
        better = total(z[0, place], z[1, place])
        dimensions.append({
            "name": name, "missing": missing, "prompts": both["prompts"],
            "before": both["before"], "after": both["after"], "difference": both["gain"],
            "deviation": np.std(pool, ddof=1), "gain": better["gain"], "wins": better["wins"],
        })

    def group(role):
        names = []
        for name, modality, _, its, *_ in DIMENSIONS:
            if its == role and (modality or name) not in names:
                names.append(modality or name)
        parts = []
        for modality in names:
            members = [place for place, d in enumerate(DIMENSIONS)
                       if d[3] == role and (d[1] or d[0]) == modality]
            parts.append(z[:, members].mean(axis=1))
        whole = np.mean(parts, axis=0)
        return {"modalities": [{"name": name, **total(*part)} for name, part in zip(names, parts)],
                "total": total(*whole)}

    keep = ~np.isnan(means[:, 2:4]).any(axis=(0, 1))
    shares = (means[:, 2, keep] + 1 - means[:, 3, keep]) / 2
    return {"dimensions": dimensions, "ranked": group("ranked"), "judge": group("held_out"),
            "videoShares": [shares[0].mean(), shares[1].mean(), *bootstrap(*shares)]}


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    def index(self, below):
        return self.next() * below >> 64


def embeddings(seed, count, width, scale, shift):
    """Rows that the test makes too: shift + scale × (u[j] + ¾ u[j + 1]), u in −1...1 of 24 bits."""
    generator = SplitMix64(seed)
    u = np.array([[((generator.next() >> 40) - 2**23) / 2**23 for _ in range(width + 1)]
                  for _ in range(count)])
    return (shift + scale * (u[:, :-1] + 0.75 * u[:, 1:])).astype(np.float32).astype(np.float64)


def frechet(x, y):
    apart = np.sum((x.mean(0) - y.mean(0)) ** 2)
    a, b = np.cov(x.T), np.cov(y.T)
    root = linalg.sqrtm(a @ b)
    by_root = apart + np.trace(a) + np.trace(b) - 2 * np.trace(root).real
    # Without square roots of noise: the singular values of the product of centred rows.
    values = np.linalg.svd((x - x.mean(0)) @ (y - y.mean(0)).T, compute_uv=False)
    shared = values.sum() / np.sqrt((len(x) - 1) * (len(y) - 1))
    return {"sqrtm": by_root, "svd": apart + np.trace(a) + np.trace(b) - 2 * shared}


def kernel(x, y):
    def polynomial(a, b):
        return (a @ b.T / a.shape[1] + 1) ** 3
    m, n = len(x), len(y)
    xx, yy, xy = polynomial(x, x), polynomial(y, y), polynomial(x, y)
    return ((xx.sum() - np.trace(xx)) / (m * (m - 1)) + (yy.sum() - np.trace(yy)) / (n * (n - 1))
            - 2 * xy.mean())


def subset_kernel(x, y, subsets, size, seed):
    generator = SplitMix64(seed)

    def draw(count):
        places = list(range(count))
        for place in range(size):
            other = place + generator.index(count - place)
            places[place], places[other] = places[other], places[place]
        return places[:size]

    values = [kernel(x[draw(len(x))], y[draw(len(y))]) for _ in range(subsets)]
    return {"subsets": subsets, "size": size, "seed": seed,
            "value": np.mean(values), "deviation": np.std(values)}


def distances():
    cases = []
    for one, other in [
        ((1, 400, 24, 1.0, 0.0), (2, 300, 24, 1.5, 0.25)),
        ((3, 20, 64, 1.0, 0.0), (4, 30, 64, 1.0, 0.5)),
        ((5, 90, 8, 1.0, 0.0), (6, 12, 8, 0.5, 0.0)),
        ((7, 50, 1, 1.0, 0.0), (8, 50, 1, 2.0, 1.0)),
    ]:
        x, y = embeddings(*one), embeddings(*other)
        if x.shape[1] == 1:
            a, b = x.std(ddof=1), y.std(ddof=1)
            distance = {"svd": (x.mean() - y.mean()) ** 2 + (a - b) ** 2}
        else:
            distance = frechet(x, y)
        cases.append({"first": one, "second": other, "frechet": distance, "kernel": kernel(x, y),
                      "subsets": subset_kernel(x, y, 7, 10, 5)})
    return cases


made = scores()
print(json.dumps({
    "versions": {name: version(name) for name in ["numpy", "scipy"]},
    "dimensions": [
        {"name": name, "modality": modality, "goal": goal, "role": role, "is_share": is_share}
        for name, modality, goal, role, is_share, *_ in DIMENSIONS],
    "prompts": made, "comparison": comparison(made), "distances": distances(),
}, separators=(",", ":"), allow_nan=False))
