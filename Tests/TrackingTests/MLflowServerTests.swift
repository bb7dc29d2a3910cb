import Foundation
import Testing
import Tracking

private let environment = ProcessInfo.processInfo.environment

private func run(_ round: String) -> TrackedRun {
    TrackedRun(
        experiment: "duet tests & more", round: round, name: "tests", startedAt: 1_700_000_000_000,
        parameters: [.init("rank", "16"), .init("loss.type", "avdpo_per_modality")],
        tags: [.init("duet.build", "test")],
        metrics: (1...1200).map {
            .init("train/loss", 1 / Double($0), timestamp: 1_700_000_000_000, step: $0)
        },
        datasets: [
            .init(
                name: "pairs", digest: String(repeating: "a", count: 64), source: "bounce/1",
                context: "training")
        ])
}

@Test func aServerThatIsNotThereIsAnErrorInTheOutcome() {
    // Nobody may listen at port 1 but root, and nobody does.
    let server = MLflowServer(address: "http://127.0.0.1:1", environment: environment)
    let outcome = server.record(run("a/1"))
    #expect(outcome.run == nil)
    let problem = outcome.problem?.description ?? ""
    #expect(problem.hasPrefix("http://127.0.0.1:1/api/2.0/mlflow/experiments/get-by-name"))
    #expect(problem.contains("did not answer: curl: (7) Failed to connect"))
    #expect(server.record(run("a/1"), known: "kept").run == "kept")
}

@Test func withoutCurlTheOutcomeSaysWhatToInstall() {
    let server = MLflowServer(address: "http://127.0.0.1:1", environment: ["PATH": "/nowhere"])
    #expect(
        server.record(run("a/1")).problem?.description
            == "tracking needs the program curl; install it on this machine")
}

/// Needs a server: `mlflow server --backend-store-uri sqlite:///mlflow.db`, and its address.
@Test(.enabled(if: environment["DUET_TEST_MLFLOW"] != nil))
func aRoundToldTwiceIsOneRun() throws {
    let address = try #require(environment["DUET_TEST_MLFLOW"])
    let server = MLflowServer(address: address + "/", environment: environment)
    var told = run("tests/\(UInt32.random(in: 0 ... .max))")
    let first = server.record(told)
    #expect(first.problem == nil)
    let id = try #require(first.run)
    // A round that was interrupted before its run's id was stored, and one after.
    #expect(server.record(told) == first)
    told.state = .finished
    told.endedAt = 1_700_000_100_000
    #expect(server.record(told, known: id) == first)
    // A parameter that changes is refused; all else is told, and the run's id given back.
    told.parameters[0].value = "32"
    let refused = server.record(told, known: id)
    #expect(refused.run == id)
    #expect(refused.problem?.description.contains("INVALID_PARAMETER_VALUE") == true)
}
