import Foundation

/// Numbers made with scipy, statsmodels and others (`Fixtures/make_statistics.py`).
struct StatisticsFixture: Decodable {
    struct Functions: Decodable {
        var p, quantile, x, logarithm, y, exponential: [Double]
    }

    struct Normalisation: Decodable {
        var x, zscore1, zscore0, minmax, robust, rank, quantile, normalQuantile: [Double]
    }

    struct Spread: Decodable {
        var values: [Double]
        var mean, deviation: Double
        var quantiles: [Double]
        var histogram: [Int]?
    }

    struct Correlated: Decodable {
        var left, right: [Double]
        var pearson, spearman, kendall: Double
    }

    struct TieFit: Decodable {
        var strengths: [Double]
        var parameter, logLikelihood: Double
    }

    struct Tournament: Decodable {
        var competitors: Int
        var wins, ties: [[Int]]
        var half, errors: [Double]
        var logLikelihood: Double
        var davidson, raoKupper: TieFit?
    }

    struct Wilson: Decodable {
        var wins, count: Int
        var confidence: Double
        var interval: [Double]
    }

    struct Bootstrap: Decodable {
        var values: [Double]
        var seed: String
        var resamples: Int
        var mean, shareAbove: Double
        var interval: [Double]
        var scipy: [Double]?
    }

    struct Cohen: Decodable {
        var table: [[Int]]
        var equal, linear, quadratic: Double
    }

    struct Fleiss: Decodable {
        var table: [[Int]]
        var kappa: Double
    }

    struct Kappas: Decodable {
        var cohen: [Cohen]
        var fleiss: [Fleiss]
    }

    struct Alpha: Decodable {
        var units: [[Double]]
        var nominal, ordinal, interval, ratio: Double
    }

    struct Agreement: Decodable {
        var differences: [Double]
        var votes: [Int]
        var withoutTies: Double?
        var withTies, epsilon: Double
        var kendall: Double?
    }

    var functions: Functions
    var normalisations: [Normalisation]
    var distributions: [Spread]
    var correlations: [Correlated]
    var bradleyTerry: [Tournament]
    var wilson: [Wilson]
    var bootstrap: [Bootstrap]
    var kappas: Kappas
    var alphas: [Alpha]
    var agreements: [Agreement]

    static let whole = Result {
        try JSONDecoder().decode(StatisticsFixture.self, from: fixture("statistics.json"))
    }
}

/// Whether all numbers are near, and there are as many.
func areClose(_ found: [Double], _ expected: [Double], _ tolerance: Double = 1e-9) -> Bool {
    found.count == expected.count
        && zip(found, expected).allSatisfy { isClose($0, $1, tolerance) }
}
