import Foundation
import Testing
import Tracking

private let environment = ProcessInfo.processInfo.environment

private func run(_ round: String) -> TrackedRun {
    TrackedRun(experiment: "toy", round: round, name: round, startedAt: 1_700_000_000_000)
}

@Test func aServerThatIsNotThereIsAnErrorInTheOutcome() {
    // Nobody may listen at port 1 but root, and nobody does.
    let server = MLflowServer(address: "http://127.0.0.1:1", environment: environment)
    let outcome = server.record(run("a/1"))
    #expect(outcome.page == nil)
    #expect(outcome.problem?.isRetryable == true)
    let problem = outcome.problem?.description ?? ""
    #expect(problem.hasPrefix("http://127.0.0.1:1/api/2.0/mlflow/experiments/get-by-name"))
    #expect(problem.contains("did not answer: curl: (7) Failed to connect"))
}

@Test func withoutCurlTheOutcomeSaysWhatToInstall() {
    let server = MLflowServer(address: "http://127.0.0.1:1", environment: ["PATH": "/nowhere"])
    #expect(
        server.record(run("a/1")).problem?.description
            == "tracking needs the program curl; install it on this machine")
}
