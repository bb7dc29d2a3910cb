"""Makes statistics.json: what scipy, statsmodels, scikit-learn, pandas, krippendorff and choix say.

pip install numpy scipy pandas statsmodels scikit-learn krippendorff choix
python make_statistics.py > statistics.json
"""

import json
from importlib.metadata import version

import choix
import krippendorff
import numpy as np
import pandas as pd
from scipy import optimize, special, stats
from sklearn.metrics import cohen_kappa_score
from sklearn.preprocessing import minmax_scale
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint

random = np.random.default_rng(20260301)


def rounded(values, places):
    return [round(float(v), places) for v in values]


def functions():
    p = [1e-300, 1e-20, 1e-9, 0.001, 0.025, 0.07, 0.1, 0.25, 0.4, 0.5, 0.6, 0.925, 0.975, 1 - 1e-12]
    x = [5e-324, 1e-308, 1e-10, 0.1, 0.5, 0.9999999, 1.0000001, 1.4142135623730951, 2, 3, 10, 1e100]
    y = [-745, -708.5, -100, -1.5, -1e-9, 0, 1e-9, 0.3, 0.6931471805599453, 1, 2.5, 100, 709.7]
    return {
        "p": p, "quantile": special.ndtri(p).tolist(),
        "x": x, "logarithm": np.log(x).tolist(),
        "y": y, "exponential": np.exp(y).tolist(),
    }


def normalisations():
    cases = []
    for x in [
        [3.1, 2.4, 5.9, 2.4, 7.0, -1.0],
        rounded(random.normal(5, 2, 41), 2),
        rounded(random.integers(0, 4, 30), 0),
    ]:
        x = np.array(x)
        ranks = stats.rankdata(x)
        spread = stats.median_abs_deviation(x, scale="normal")
        cases.append({
            "x": x.tolist(),
            "zscore1": ((x - x.mean()) / pd.Series(x).std()).tolist(),
            "zscore0": stats.zscore(x).tolist(),
            "minmax": minmax_scale(x).tolist(),
            "robust": ((x - np.median(x)) / spread).tolist(),
            "rank": ranks.tolist(),
            "quantile": ((ranks - 0.5) / len(x)).tolist(),
            "normalQuantile": stats.norm.ppf((ranks - 0.5) / len(x)).tolist(),
        })
    return cases


def distributions():
    cases = []
    for values in [rounded(random.normal(0, 1, 101), 3), [2.0, 2.0, 2.0], [1.0, 4.0]]:
        cases.append({
            "values": values, "mean": np.mean(values), "deviation": np.std(values, ddof=1),
            "quantiles": np.quantile(values, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]).tolist(),
            "histogram": np.histogram(values, bins=20)[0].tolist() if len(set(values)) > 1 else None,
        })
    return cases


def correlations():
    cases = []
    for n, places in [(2, 3), (7, 3), (60, 1), (333, 4), (500, 0)]:
        left = random.normal(0, 2, n)
        right = 0.4 * left + random.normal(0, 1, n)
        left, right = rounded(left, places), rounded(right, places)
        cases.append({
            "left": left, "right": right,
            "pearson": stats.pearsonr(left, right).statistic,
            "spearman": stats.spearmanr(left, right).statistic,
            "kendall": stats.kendalltau(left, right).statistic,
        })
    return cases


def likelihood(model, n, wins, ties):
    def loss(parameters):
        b = np.append(parameters[: n - 1], 0)
        e = np.exp(b)
        total = 0
        for (i, j), count in wins.items():
            if model == "davidson":
                nu = np.exp(parameters[-1])
                total += count * (b[i] - np.log(e[i] + e[j] + nu * np.sqrt(e[i] * e[j])))
            else:
                theta = 1 + np.exp(parameters[-1])
                total += count * (b[i] - np.log(e[i] + theta * e[j]))
        for (i, j), count in ties.items():
            if model == "davidson":
                s = np.sqrt(e[i] * e[j])
                total += count * (np.log(nu * s) - np.log(e[i] + e[j] + nu * s))
            else:
                total += count * (np.log((theta**2 - 1) * e[i] * e[j])
                                  - np.log((e[i] + theta * e[j]) * (theta * e[i] + e[j])))
        return -total
    return loss


def bradley_terry():
    cases = []
    for n, size, tied in [(2, 9, 0), (4, 60, 0), (4, 40, 6), (7, 300, 40)]:
        strength = random.normal(0, 0.7, n)
        wins, ties = {}, {}
        for _ in range(size):
            i, j = (int(k) for k in random.choice(n, 2, replace=False))
            if random.random() > special.expit(strength[i] - strength[j]):
                i, j = j, i
            wins[i, j] = wins.get((i, j), 0) + 1
        for i in range(n):
            wins[i, (i + 1) % n] = wins.get((i, (i + 1) % n), 0) + 1
        for _ in range(tied):
            i, j = sorted(int(k) for k in random.choice(n, 2, replace=False))
            ties[i, j] = ties.get((i, j), 0) + 1
        # A tie as half a win for each is a win for each in comparisons counted twice.
        twice = [pair for pair, count in wins.items() for _ in range(2 * count)]
        twice += [p for (i, j), count in ties.items() for _ in range(count) for p in [(i, j), (j, i)]]
        b = choix.mm_pairwise(n, twice, max_iter=1_000_000, tol=1e-13)
        laplacian = np.zeros((n, n))
        total = 0
        for i, j in twice:
            p = special.expit(b[i] - b[j])
            total += np.log(p) / 2
            for a, c, sign in [(i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)]:
                laplacian[a, c] += sign * p * (1 - p) / 2
        case = {
            "competitors": n,
            "wins": [[i, j, c] for (i, j), c in wins.items()],
            "ties": [[i, j, c] for (i, j), c in ties.items()],
            "half": (b - b.mean()).tolist(), "logLikelihood": total,
            "errors": np.sqrt(np.diag(np.linalg.pinv(laplacian))).tolist(),
        }
        for model in ["davidson", "raoKupper"] if ties else []:
            fit = optimize.minimize(likelihood(model, n, wins, ties), np.zeros(n), method="BFGS",
                                    options={"gtol": 1e-9})
            b = np.append(fit.x[:-1], 0)
            shift = 0 if model == "davidson" else 1
            case[model] = {"strengths": (b - b.mean()).tolist(),
                           "parameter": shift + np.exp(fit.x[-1]), "logLikelihood": -fit.fun}
        cases.append(case)
    return cases


def wilson():
    counts = [(63, 100), (9, 10), (0, 20), (20, 20), (1, 3), (5000, 10001)]
    return [
        {"wins": w, "count": n, "confidence": c,
         "interval": list(proportion_confint(w, n, alpha=1 - c, method="wilson"))}
        for w, n in counts for c in [0.8, 0.95, 0.999]
    ]


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


def bootstrap():
    cases = []
    for n, seed in [(1, 1), (40, 7), (150, 2**63)]:
        # In 64ths, so that sums are exact and a mean is 0 or is not.
        values = sorted((np.round(random.normal(0.2, 1, n) * 64) / 64).tolist())
        generator = SplitMix64(seed)
        means = [np.mean([values[generator.next() * n >> 64] for _ in range(n)]) for _ in range(2000)]
        case = {"values": values, "seed": str(seed), "resamples": 2000, "mean": np.mean(values),
                "interval": np.quantile(means, [0.025, 0.975]).tolist(),
                "shareAbove": np.mean(np.array(means) > 0) + np.mean(np.array(means) == 0) / 2}
        if n > 1:
            # Another generator: near, not equal.
            other = stats.bootstrap((values,), np.mean, n_resamples=50_000, method="percentile",
                                    rng=random).confidence_interval
            case["scipy"] = [other.low, other.high]
        cases.append(case)
    return cases


def kappas():
    cohen, fleiss = [], []
    for k in [2, 3, 5]:
        left = random.integers(0, k, 80)
        right = np.where(random.random(80) < 0.6, left, random.integers(0, k, 80))
        table = np.zeros((k, k), int)
        np.add.at(table, (left, right), 1)
        entry = {"table": table.tolist(), "equal": cohens_kappa(table).kappa,
                 "linear": cohens_kappa(table, wt="linear").kappa,
                 "quadratic": cohens_kappa(table, wt="quadratic").kappa}
        assert abs(entry["linear"] - cohen_kappa_score(left, right, weights="linear")) < 1e-12
        cohen.append(entry)
        counts = random.multinomial(6, random.dirichlet(np.ones(k)), 25)
        fleiss.append({"table": counts.tolist(), "kappa": fleiss_kappa(counts)})
    return {"cohen": cohen, "fleiss": fleiss}


def alphas():
    cases = []
    for raters, units, k in [(2, 12, 3), (4, 30, 5), (6, 50, 4)]:
        truth = random.integers(1, k + 1, units)
        data = np.where(random.random((raters, units)) < 0.6, truth,
                        random.integers(1, k + 1, (raters, units))).astype(float)
        data[random.random((raters, units)) < 0.25] = np.nan
        cases.append({
            "units": [[v for v in column if not np.isnan(v)] for column in data.T.tolist()],
            **{level: krippendorff.alpha(data, level_of_measurement=level)
               for level in ["nominal", "ordinal", "interval", "ratio"]},
        })
    return cases


def agreements():
    cases = []
    for n in [1, 30, 200]:
        truth = random.normal(0, 1, n)
        votes = np.sign(np.round(truth * 1.2)).astype(int)
        difference = np.array(rounded(truth + random.normal(0, 0.8, n), 1))
        decided = votes != 0
        best = (-1, 0)
        for epsilon in sorted({0.0, *np.abs(difference)}):
            said = np.where(np.abs(difference) <= epsilon, 0, np.sign(difference))
            share = np.mean(said == votes)
            if share > best[0] + 1e-15:
                best = (share, epsilon)
        cases.append({
            "differences": difference.tolist(), "votes": votes.tolist(),
            "withoutTies": np.mean(np.sign(difference[decided]) == votes[decided])
            if decided.any() else None,
            "withTies": best[0], "epsilon": best[1],
            "kendall": stats.kendalltau(difference, votes).statistic if n > 1 else None,
        })
    return cases


print(json.dumps({
    "versions": {name: version(name) for name in [
        "numpy", "scipy", "pandas", "statsmodels", "scikit-learn", "krippendorff", "choix"]},
    "functions": functions(), "normalisations": normalisations(),
    "distributions": distributions(), "correlations": correlations(),
    "bradleyTerry": bradley_terry(), "wilson": wilson(), "bootstrap": bootstrap(),
    "kappas": kappas(), "alphas": alphas(), "agreements": agreements(),
}, indent=None, separators=(",", ":"), allow_nan=False))
