import Evaluations
import Testing

private let names = [
    "AS", "ID", "FD", "KL", "CS", "CE", "CU", "PC", "PQ", "WER", "LSE-C", "AV-A",
]

/// The rows of UniVerse-1's table 1, their parts, and the overall scores that it publishes.
///
/// SVG speaks nothing: the paper gives it the worst WER and LSE-C.
@Test(
    arguments: [
        (
            "UniVerse-1", [0.47, 0.89, 1.25, 2.70, 0.16, 3.53, 4.61, 2.49, 5.20, 0.18, 1.34, 0.23],
            [0.2649, 0.6800, 0.4360, 0.4770], 0.403
        ),
        (
            "without LQLS",
            [0.44, 0.78, 1.26, 2.84, 0.15, 3.38, 4.35, 2.58, 4.97, 0.16, 1.35, 0.28],
            [0.2483, 0.6100, 0.4175, 0.4875], 0.378
        ),
        (
            "without INSS",
            [0.43, 0.75, 1.43, 3.51, 0.11, 2.44, 3.14, 2.92, 3.99, 0.38, 0.99, 0.18],
            [0.1940, 0.5900, 0.3246, 0.3595], 0.316
        ),
        (
            "SVG", [0.41, 0.25, 1.55, 3.62, 0.08, 2.93, 5.50, 2.35, 6.26, 1.0, 0.0, 0.09],
            [0.1471, 0.3300, 0.4010, 0], 0.220
        ),
    ] as [(String, [Double], [Double], Double)])
func verseBenchScoresAreThePublishedOnes(
    row: String, values: [Double], parts: [Double], published: Double
) {
    let found = Benchmark.verseBench.score(
        Dictionary(uniqueKeysWithValues: zip(names, values)))
    #expect((found.overall * 1000).rounded() / 1000 == published, "\(row)")
    for (part, expected) in zip(found.parts, parts) {
        #expect(isClose(part.score, expected, 5e-5), "\(row), \(part.name)")
    }
    #expect(found.missing == [])
}

@Test func aMissingMeasurementCountsAsTheWorst() {
    let values: [String: Double] = [
        "AS": 0.41, "ID": 0.25, "FD": 1.55, "KL": 3.62, "CS": 0.08, "CE": 2.93, "CU": 5.50,
        "PC": 2.35, "PQ": 6.26, "LSE-C": .nan, "AV-A": 0.09,
    ]
    let found = Benchmark.verseBench.score(values)
    #expect(isClose(found.overall, 0.2197, 5e-5))
    #expect(found.missing == ["WER", "LSE-C"])
    #expect(Benchmark.verseBench.score([:]).overall == 0)
}

@Test func valuesBeyondTheBoundsCountAsAtThem() {
    let best = Dictionary(
        uniqueKeysWithValues: Benchmark.verseBench.bounds.map { ($0.name, $0.best) })
    #expect(isClose(Benchmark.verseBench.score(best).overall, 1))
    let beyond = best.merging(["FD": -1, "LSE-C": 20]) { $1 }
    #expect(isClose(Benchmark.verseBench.score(beyond).overall, 1))
}
