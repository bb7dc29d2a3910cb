import Campaigns
import Preferences
import Testing

@testable import Evaluations

typealias Gate = Round.Gate

private let names = MeasurementNames(
    dimensions: [
        ComparedDimension(name: "sync", modality: "audio_video"),
        ComparedDimension(name: "desync", modality: "audio_video", goal: .minimize),
        ComparedDimension(name: "people", modality: nil, role: .heldOut),
    ], trained: ["audio", "video"], distances: ["audio", "video"])

/// Distances of the video; those of the audio stay where they are.
private func distances(from before: Double, to after: Double) throws -> DistanceComparison {
    func report(_ video: Double) -> DistanceReport {
        DistanceReport(
            embedder: "e", version: "1", clips: ClipList(count: 20, sha256: "c"),
            references: ClipList(count: 30, sha256: "r"), kernel: KernelSettings(),
            modalities: [("audio", 3), ("video", video)].map { name, frechet in
                ModalityDistance(
                    name: name, width: 2, clips: 20, references: 30, frechet: frechet,
                    kernel: KernelDistance(value: 0.5))
            })
    }
    return try DistanceComparison(report(before), report(after))
}

private func numbers() throws -> RoundNumbers {
    var comparison = try comparePolicies(
        before: "base", after: "round 1",
        dimensions: [
            ComparedDimension(name: "sync", modality: "audio_video"),
            ComparedDimension(name: "desync", modality: "audio_video", goal: .minimize),
            ComparedDimension(name: "people", modality: nil, role: .heldOut),
        ],
        prompts: (Int64(0)..<20).map { prompt in
            let x = Double(prompt) / 10
            return PromptScores(
                prompt: prompt, before: [[x, 1, 2]],
                after: [prompt < 15 ? [x + 0.5, 0.9, 1.96] : [x - 0.5, 1, 1.96]])
        })
    comparison.distances = try distances(from: 200, to: 210)
    return RoundNumbers(
        comparison: comparison, implicitAccuracy: ["audio": 0.97, "video": 0.8],
        heldOutAccuracy: ["video": 0.61], guards: ["weight_change": 0.04])
}

private func verdict(_ gate: Gate) throws -> GateVerdict {
    try #require(judge([gate], by: numbers(), names: names).first)
}

@Test(arguments: [
    (
        Gate(metric: "eval/win_rate", min: 0.5),
        "eval/win_rate is 0.75, at least 0.5, as asked."
    ),
    (
        Gate(metric: "eval/win_rate", test: .wilsonLower, min: 0.5),
        "eval/win_rate is 0.5313 (lower end of the 95 % Wilson interval; the value is 0.75), "
            + "at least 0.5, as asked."
    ),
    (
        Gate(metric: "train/implicit_acc_video", min: 0.55, max: 0.95),
        "train/implicit_acc_video is 0.8, at least 0.55 and at most 0.95, as asked."
    ),
    (
        Gate(metric: "train/held_out_acc_video", min: 0.6),
        "train/held_out_acc_video is 0.61, at least 0.6, as asked."
    ),
    (
        Gate(metric: "guard/weight_change", max: 0.1),
        "guard/weight_change is 0.04, at most 0.1, as asked."
    ),
    (
        Gate(metric: "eval/people", maxRegression: 2),
        "eval/people is 1.96, at most 2 % worse than before, as asked."
    ),
    (
        Gate(metric: "eval/desync", maxRegression: 0),
        "eval/desync is 0.925, at most 0 % worse than before, as asked."
    ),
    (
        Gate(metric: "eval/frechet_video", maxRegression: 5),
        "eval/frechet_video is 210, at most 5 % worse than before, as asked."
    ),
])
func aGateWithinItsBoundsIsPassed(gate: Gate, sentence: String) throws {
    let found = try verdict(gate)
    #expect(found.passed && found.value != nil && found.metric == gate.metric)
    #expect(found.sentence == sentence)
}

@Test(arguments: [
    (
        Gate(metric: "train/implicit_acc_audio", min: 0.55, max: 0.95),
        "train/implicit_acc_audio is 0.97, above 0.95, where at least 0.55 and at most 0.95 "
            + "was asked."
    ),
    (
        Gate(metric: "eval/win_rate_judge", min: 0.5),
        "eval/win_rate_judge is 0, below 0.5, where at least 0.5 was asked."
    ),
    (
        Gate(metric: "eval/people", maxRegression: 1),
        "eval/people is 1.96, 2 % worse than before, which was 2, "
            + "where at most 1 % worse than before was asked."
    ),
    (
        Gate(metric: "eval/frechet_video", max: 205, maxRegression: 2),
        "eval/frechet_video is 210, above 205 and 5 % worse than before, which was 200, "
            + "where at most 205 and at most 2 % worse than before was asked."
    ),
])
func aGateBeyondABoundIsNot(gate: Gate, sentence: String) throws {
    let found = try verdict(gate)
    #expect(!found.passed && found.value != nil)
    #expect(found.sentence == sentence)
}

@Test func gainsAreJudgedByTheirIntervals() throws {
    let value = try verdict(Gate(metric: "gain/sync", min: 0))
    let lower = try verdict(Gate(metric: "gain/sync", test: .bootstrapLower, min: 0))
    #expect(value.passed && lower.passed)
    #expect(try #require(lower.value) < #require(value.value))
    for name in ["total", "audio_video", "desync"] {
        #expect(try verdict(Gate(metric: "gain/\(name)", test: .bootstrapLower, min: 0)).passed)
    }
    #expect(try !verdict(Gate(metric: "gain/judge", min: 0)).passed)
}

@Test(arguments: ["eval/kernel_audio", "train/held_out_acc_video"])
func whatWasNotMeasuredFailsItsGate(metric: String) throws {
    var numbers = try numbers()
    numbers.comparison?.distances = nil
    numbers.heldOutAccuracy = [:]
    let found = judge([Gate(metric: metric, max: 1000)], by: numbers, names: names)[0]
    #expect(!found.passed && found.value == nil)
    #expect(found.sentence == "\(metric) was not measured, so the gate is not passed.")
}

@Test func withoutAComparisonNoGateOnItIsPassed() {
    let gates = [
        Gate(metric: "eval/win_rate", max: 1), Gate(metric: "gain/total", min: -100),
        Gate(metric: "eval/sync", maxRegression: 100),
    ]
    let found = judge(gates, by: RoundNumbers(), names: names)
    #expect(found.count == 3 && found.allSatisfy { !$0.passed })
}

@Test func aNumberThatIsNotFiniteFailsItsGate() throws {
    var numbers = try numbers()
    numbers.guards["weight_change"] = .nan
    numbers.comparison?.distances = try distances(from: .nan, to: 1)
    let found = judge(
        [
            Gate(metric: "guard/weight_change", max: 1),
            Gate(metric: "eval/frechet_video", maxRegression: 10),
        ], by: numbers, names: names)
    #expect(found.map(\.passed) == [false, false])
}

@Test func worseThanNothingIsTooMuch() throws {
    var numbers = try numbers()
    numbers.comparison?.distances = try distances(from: 0, to: 1)
    let found = judge(
        [Gate(metric: "eval/frechet_video", maxRegression: 50)], by: numbers, names: names)
    #expect(
        found[0].sentence == "eval/frechet_video is 1, worse than before, which was 0, "
            + "where at most 50 % worse than before was asked.")
}

@Test(arguments: [
    (
        Gate(metric: "eval/winrate", min: 0.5),
        "eval/winrate is nothing that this round measures; did you mean 'eval/win_rate'?"
    ),
    (
        Gate(metric: "gain/sync", test: .wilsonLower, min: 0),
        "gain/sync has no lower end of the 95 % Wilson interval; use test bootstrap_lower, or none"
    ),
    (
        Gate(metric: "eval/sync", test: .bootstrapLower, min: 0),
        "eval/sync has no lower end of the 95 % bootstrap interval; leave the test out"
    ),
    (
        Gate(metric: "gain/total", maxRegression: 1),
        "gain/total has no value from before, so it cannot be so many percent worse; "
            + "give it a min or max instead of max_regression"
    ),
    (
        Gate(metric: "eval/frechet", max: 1),
        "eval/frechet is nothing that this round measures; did you mean 'eval/frechet_audio' or "
            + "'eval/frechet_video'?"
    ),
    (
        Gate(metric: "eval/sync"),
        "the gate on eval/sync has no bound; add min, max or max_regression"
    ),
])
func aGateThatCannotBeJudgedIsAProblem(gate: Gate, problem: String) throws {
    #expect(names.problem(with: gate) == problem)
    let found = try verdict(gate)
    #expect(!found.passed && found.sentence == problem)
}

@Test func everyMeasurementHasAName() throws {
    let known = Set(names.all)
    #expect(Set(try numbers().measurements.keys).subtracting(known) == [])
    #expect(names.all.allSatisfy { names.problem(with: Gate(metric: $0, min: 0)) == nil })
}

@Test func aNameWithAFixedMeaningKeepsIt() {
    let names = MeasurementNames(
        dimensions: [
            ComparedDimension(name: "win_rate", modality: "video"),
            ComparedDimension(name: "outside", modality: nil, role: .heldOut),
        ], trained: [])
    let gate = Gate(metric: "eval/win_rate", test: .wilsonLower, min: 0.5)
    #expect(names.problem(with: gate) == nil)
}

@Test(arguments: [
    (0.0, "0"), (0.123456, "0.1235"), (-2.5, "-2.5"), (1234.56, "1235"), (1e-7, "1e-07"),
    (0.00012345, "0.0001235"), (31, "31"), (.infinity, "inf"),
])
func numbersAreShortInSentences(number: Double, text: String) {
    #expect(short(number) == text)
}

@Test func distancesAreAskedForBeforeTheyAreMeasured() {
    let names = MeasurementNames(dimensions: [], trained: [])
    #expect(
        names.problem(with: Gate(metric: "eval/kernel_video", max: 1))
            == "eval/kernel_video is measured only where a round's evaluate asks for it; add "
            + "distances: {embedder: ...} there, or remove the gate")
}
