"""Makes selections.json: a second implementation of the ranking rule, in numpy, pandas and scipy.

It goes over all ordered pairs and knows nothing of the first. Small differences are ties (1e-9).

pip install numpy scipy pandas
python make_selections.py > selections.json
"""

import itertools
import json
import math

import numpy as np
import pandas as pd
from scipy import stats

random = np.random.default_rng(7)
SMALL = 1e-9
METRICS = ["VQ", "MQ", "TV", "AQ", "TA", "AV", "desync"]
MODALITY = ["video"] * 3 + ["audio"] * 2 + ["audio_video"] * 2
MODALITIES = ["video", "audio", "audio_video"]
DEFAULT = {
    "normalise": "zscore", "scope": "campaign", "truth": "counted", "aggregate": "modality-micro",
    "select": "dominance-max-margin", "limit": 1, "epsilon": 0, "ties": "drop", "total": 0,
    "minimums": {}, "guards": [], "weighting": "none", "missing": "drop-candidate",
}


def table():
    rows = []
    for prompt in range(60):
        quality = random.normal(0, 0.6)
        for ordinal in range(random.integers(1, 7)):
            offset = random.normal(0, 1) + quality
            scores = [round(float(offset + random.normal(0, 0.8)), 2) for _ in METRICS]
            scores[6] = round(abs(3 - scores[6]), 2)
            if random.random() < 0.03:
                scores[random.integers(7)] = None
            rows.append({
                "prompt": prompt, "ordinal": ordinal,
                "truth": ordinal == 0 and prompt % 7 != 3, "scores": scores,
                "motion": round(float(random.gamma(2)), 2), "silence": round(random.random(), 2),
                "hash": int(random.integers(0, 1 << 6)), "off": bool(random.random() < 0.2),
                "content": int(random.integers(0, 1 << 6)),
            })
    return rows


def score(rows, rule):
    """The competing rows with columns per metric, per modality, and one score."""
    frame = pd.DataFrame(rows)
    values = pd.DataFrame([[np.nan if v is None else v for v in r["scores"]] for r in rows],
                          columns=METRICS)
    values["desync"] = -values["desync"]
    frame = pd.concat([frame, values], axis=1)
    if rule["truth"] == "removed":
        frame = frame[~frame.truth]
    bad = frame[METRICS].isna().any(axis=1)
    if rule["missing"] == "drop-prompt":
        bad = frame.prompt.isin(frame.prompt[bad])
    frame = frame[~bad].reset_index(drop=True)
    macro = rule["aggregate"].endswith("macro")
    if macro and rule["truth"] == "statisticsOnly":
        frame = frame[~frame.truth].reset_index(drop=True)
    groups = [frame.index] if rule["scope"] == "campaign" else frame.groupby("prompt").groups.values()
    for metric in METRICS:
        column = frame[metric].copy()
        for rows_of in groups:
            x = column[rows_of]
            counted = x[~frame.truth[rows_of]] if rule["truth"] == "outsideStatistics" else x
            frame.loc[rows_of, metric] = normalise(x, counted, "rank" if macro else rule["normalise"])
    if not macro and rule["truth"] == "statisticsOnly":
        frame = frame[~frame.truth].reset_index(drop=True)
    for modality in MODALITIES:
        frame[modality] = frame[[m for m, k in zip(METRICS, MODALITY) if k == modality]].mean(axis=1)
    kind = rule["aggregate"]
    if kind.startswith("average"):
        frame["score"] = frame[METRICS].mean(axis=1)
    elif kind == "modality-mean":
        frame["score"] = frame[MODALITIES].mean(axis=1)
    elif kind == "weighted":
        frame["score"] = 2 * frame.video + 0.5 * frame.audio + frame.audio_video
    else:
        frame["score"] = frame[MODALITIES].sum(axis=1)
    return frame


def normalise(x, counted, method):
    def over(spread):
        return 0 * x if not spread > 1e-12 else 1 / spread
    if method == "none":
        return x
    if method == "zscore":
        return (x - counted.mean()) * over(counted.std())
    if method == "minmax":
        return (x - counted.min()) * over(counted.max() - counted.min())
    if method == "robust":
        return (x - counted.median()) * over(
            stats.median_abs_deviation(counted, scale="normal") if len(counted) else 0)
    rank = x.map(lambda v: (counted < v - SMALL).sum() + ((counted - v).abs() <= SMALL).sum() / 2 + 0.5)
    if method == "rank" or len(counted) == 0:
        return rank
    u = (rank - 0.5) / len(counted)
    if method == "quantile":
        return u
    return pd.Series(stats.norm.ppf(u.clip(0.25 / len(counted), 1 - 0.25 / len(counted))), x.index)


def select(group, rule, motion):
    """Ordered (winner, loser, is_tie) of one prompt."""
    rows = [r for _, r in group.iterrows()]
    guards = {g["type"]: g["value"] for g in rule["guards"] if g.get("action", "drop") == "drop"}
    if len(rows) < 2 or np.std([r.score for r in rows]) < guards.get("min-std", 0):
        return []
    by_modality = rule["aggregate"] in ["modality-micro", "modality-macro"]
    dominance = rule["select"] in ["dominance-max-margin", "all-dominating"]
    compared = MODALITIES if by_modality and dominance else ["score"]
    epsilon = max(rule["epsilon"], SMALL)

    def margin(w, l):
        return w.score - l.score

    def may_win(r):
        return not ((r.motion - motion[0]) / motion[1] <= guards.get("static-motion", -math.inf)
                    or r.silence > guards.get("silence", 2) or ("off-policy" in guards and r.off and not r.truth))

    def may_lose(r):
        return not (r.silence > guards.get("silence", 2)
                    or ("off-policy" in guards and r.off and not r.truth))

    def admit(w, l):
        if any(w[m] - l[m] < least for m, least in rule["minimums"].items()):
            return False
        if rule["total"] > 0 and margin(w, l) < rule["total"]:
            return False
        if w.content == l.content or not may_win(w) or not may_lose(l):
            return False
        return (w.hash ^ l.hash).bit_count() > guards.get("near-duplicate", -1)

    def judge(w, l):
        """None, or (winner, loser, is_tie)."""
        differences = [w[c] - l[c] for c in compared]
        if all(d > epsilon for d in differences):
            return (w, l, False) if admit(w, l) else None
        if rule["ties"] == "split" and all(abs(d) <= epsilon for d in differences):
            return (w, l, True) if admit(w, l) else None
        return None

    best = sorted(rows, key=lambda r: (-round(r.score, 8), r.ordinal))
    worst = sorted(rows, key=lambda r: (round(r.score, 8), r.ordinal))
    winners = [r for r in best if may_win(r)]
    kind = rule["select"]
    if dominance:
        found = []
        for w, l in itertools.permutations(rows, 2):
            pair = judge(w, l)
            if pair and pair[2]:
                # One direction of a tie: the better score, then the lower ordinal.
                key = (-round(margin(w, l), 8), w.ordinal)
                if key > (-round(margin(l, w), 8), l.ordinal):
                    continue
            if pair:
                found.append(pair)
        found.sort(key=lambda p: (-round(margin(p[0], p[1]), 8), p[0].ordinal, p[1].ordinal))
        return found if kind == "all-dominating" else found[: rule["limit"]]
    if kind == "ground-truth-versus-generated":
        truths = [r for r in rows if r.truth]
        found = [(truths[0], l, False) for l in worst if not l.truth and admit(truths[0], l)] if truths else []
        return found[: rule["limit"]]
    if not winners:
        return []
    losers = [r for r in worst if may_lose(r)]
    others = [r for r in losers if r.ordinal != winners[0].ordinal]
    if kind == "best-worst":
        proposals = [(winners[0], l) for l in others[:1]]
    elif kind == "best-random":
        proposals = [(winners[0], l) for l in sorted(others, key=lambda r: draw(99, r.prompt, r.ordinal))]
    elif kind == "best-sigma":
        scores = [r.score for r in rows]
        target = np.mean(scores) - 2 * np.std(scores)
        proposals = [(winners[0], l) for l in
                     sorted(others, key=lambda r: (round(abs(r.score - target), 8), r.ordinal))[:1]]
    else:
        most = min(rule["limit"], len(rows) // 2)
        proposals = [(w, l) for w, l in list(zip(winners, losers))[:most] if w.ordinal != l.ordinal]
    return [p for p in (judge(w, l) for w, l in proposals) if p][: rule["limit"]]


def draw(seed, prompt, ordinal):
    mask = (1 << 64) - 1

    def mix(state):
        z = (state + 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    state = seed
    for part in [prompt, ordinal]:
        state = mix(state) ^ part
    return mix(state)


def run(rows, change):
    rule = {**DEFAULT, **change}
    frame = score(rows, rule)
    motion = (frame.motion.mean(), frame.motion.std())
    pairs = [p for _, group in frame.groupby("prompt") for p in select(group, rule, motion)]
    share = next((g["value"] for g in rule["guards"] if g["type"] == "max-reference-winner-share"), 1)
    while pairs and np.mean([w.truth for w, _, _ in pairs]) > share:
        out = min((p for p in pairs if p[0].truth), key=lambda p: (p[0].score - p[1].score, -p[0].prompt))
        pairs = [p for p in pairs if p is not out]
    weights = np.ones(len(pairs))
    if rule["weighting"] == "margin":
        weights = np.array([w.score - l.score for w, l, _ in pairs])
    elif rule["weighting"] == "histogram":
        counts, edges = np.histogram(frame.score, bins=12)

        def share_of(row):
            place = np.clip(np.searchsorted(edges, row.score, side="right") - 1, 0, 11)
            return counts[place] / len(frame)
        weights = np.array([(0.72 / (share_of(w) * share_of(l))) ** 1.5 for w, l, _ in pairs])
    weights = np.minimum(weights / weights.mean(), 10) if len(pairs) else weights
    return {"rule": rule, "pairs": [
        [w.prompt, w.ordinal, l.ordinal, round(w.score - l.score, 9), round(float(weight), 9), tie]
        for (w, l, tie), weight in zip(pairs, weights)]}


SELECTIONS = ["dominance-max-margin", "all-dominating", "best-worst", "best-random", "top-bottom-k",
              "best-sigma", "ground-truth-versus-generated"]
AGGREGATES = ["modality-micro", "modality-macro", "modality-mean", "average-micro", "average-macro",
              "weighted"]
changes = [
    {"select": s, "aggregate": a, "scope": scope, "limit": 2 if s == "top-bottom-k" else 1}
    for s in SELECTIONS for a in AGGREGATES for scope in ["campaign", "prompt"]
]
changes += [
    {"normalise": n, "truth": truth, "scope": scope}
    for n in ["none", "zscore", "minmax", "robust", "rank", "quantile", "normalQuantile"]
    for truth in ["counted", "outsideStatistics", "statisticsOnly", "removed"]
    for scope in ["campaign", "prompt"]
]
changes += [{"select": s, **more} for s in SELECTIONS for more in [
    {"limit": 3}, {"epsilon": 0.4}, {"epsilon": 0.4, "ties": "split", "limit": 2}, {"total": 1.5},
    {"minimums": {"audio": 0.5, "video": 0.2}}, {"missing": "drop-prompt"},
    {"guards": [{"type": "min-std", "value": 1.2}]},
    {"guards": [{"type": "static-motion", "value": -0.7}]},
    {"guards": [{"type": "silence", "value": 0.7}]},
    {"guards": [{"type": "near-duplicate", "value": 2}]},
    {"guards": [{"type": "off-policy", "value": 0}]},
    {"guards": [{"type": "max-reference-winner-share", "value": 0.2}]},
    {"guards": [{"type": "silence", "value": 0.8}, {"type": "near-duplicate", "value": 1},
                {"type": "max-reference-winner-share", "value": 0.3}]},
]]
changes += [{"weighting": w, "select": s} for w in ["margin", "histogram"]
            for s in ["dominance-max-margin", "best-worst"]]

rows = table()
print(json.dumps({"rows": rows, "cases": [run(rows, change) for change in changes]},
                 separators=(",", ":"), allow_nan=False, default=lambda v: v.item()))
