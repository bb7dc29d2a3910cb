import Testing

@testable import Tracking

private func run() -> TrackedRun {
    TrackedRun(experiment: "avdpo", round: "bounce/3", name: "bounce 3", startedAt: 1000)
}

@Test func batchesKeepTheServersLimits() {
    var run = run()
    run.metrics = (0..<2500).map { .init("train/loss", Double($0), timestamp: 5, step: $0) }
    run.parameters = (0..<230).map { .init("p\($0)", "v") }
    run.tags = (0..<100).map { .init("t\($0)", "v") }
    let batches = MLflow.batches(run, id: "r")
    #expect(batches.map(\.metrics.count).filter { $0 > 0 } == [1000, 1000, 500])
    #expect(batches.map(\.params.count).filter { $0 > 0 } == [100, 100, 30])
    #expect(batches.map(\.tags.count).filter { $0 > 0 } == [100, 1])
    #expect(batches.flatMap(\.metrics).map(\.step) == Array(0..<2500))
    #expect(batches.allSatisfy { $0.metrics.count + $0.params.count + $0.tags.count <= 1000 })
}

@Test func noBatchIsLargerThanARequestMayBe() {
    var run = run()
    run.parameters = (0..<100).map { .init("p\($0)", String(repeating: "ü", count: 6000)) }
    let batches = MLflow.batches(run, id: "r")
    #expect(batches.flatMap(\.params) == run.parameters)
    for batch in batches {
        let bytes = batch.params.reduce(0) { $0 + $1.value.utf8.count }
        #expect(bytes <= 500_000)
    }
}

@Test func whatIsTooLongOrUnknownToTheServerIsMadeToFit() {
    var run = run()
    run.parameters = [.init("loss.beta[audio]=é", String(repeating: "x", count: 7000))]
    run.metrics = [.init("a", .nan, timestamp: 1), .init("b", .infinity, timestamp: 1)]
    run.tags = [.init("note", String(repeating: "x", count: 7000))]
    run.datasets = [
        .init(
            name: "pairs", digest: String(repeating: "a", count: 64), source: "bounce/latest",
            context: "training")
    ]
    let batches = MLflow.batches(run, id: "r")
    #expect(batches[0].params[0].key == "loss.beta_audio___")
    #expect(batches[0].params[0].value.count == 6000)
    #expect(batches.flatMap(\.metrics) == [])
    #expect(batches.flatMap(\.tags).map(\.key) == ["duet.round", "note"])
    #expect(batches.flatMap(\.tags)[1].value.count == 5000)
    let input = MLflow.inputs(run, id: "r").datasets[0]
    #expect(input.dataset.digest.count == 36)
    #expect(input.tags == [.init("mlflow.data.context", "training")])
}

@Test func aRoundIsSearchedByItsTags() {
    func filter(_ round: String, _ loop: String?) -> String {
        MLflow.search(MLflow.identity(round, loop: loop), in: "7").filter
    }
    #expect(filter("bounce/3", nil) == "tags.`duet.round` = 'bounce/3'")
    #expect(filter("it's/3", nil) == "tags.`duet.round` = \"it's/3\"")
    #expect(
        filter("bounce/3", "2026-11-21T22:40:00.000Z")
            == "tags.`duet.round` = 'bounce/3' and tags.`duet.loop` = '2026-11-21T22:40:00.000Z'")
}

@Test func theRunOfAllRoundsIsToldOnlyWhatCameOfEach() {
    var run = run()
    run.metrics = [.init("train/loss", 1, timestamp: 5, step: 1)]
    run.results = [.init("gain/total", 0.5, timestamp: 5, step: 3)]
    #expect(MLflow.batchesOfParent(run, id: "p").flatMap(\.metrics) == run.results)
    #expect(MLflow.batches(run, id: "r").flatMap(\.metrics) == run.metrics + run.results)
}
