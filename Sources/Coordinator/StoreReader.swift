import Foundation
import Linux
import Store
import Wire

/// A listing to be answered and who waits for it.
struct ReaderJob: Sendable {
    var query: Query
    var live: LiveState
    var route: Route
    var request: UInt64
}

/// A listing's answer on its way back.
struct ReaderAnswer: Sendable {
    var reply: Reply
    var route: Route
    var request: UInt64
}

/// The thread that answers listings on a connection of its own, so that a long one never holds
/// up the scheduling.
struct StoreReader {
    /// Answers that are ready to be sent.
    let answers: Mailbox<ReaderAnswer>
    private let jobs: Mailbox<ReaderJob?>

    init(_ database: String, artifacts: String) throws(SystemError) {
        answers = try Mailbox()
        jobs = try Mailbox()
        let (jobs, answers) = (jobs, answers)
        _ = try OSThread.start(name: "store reader") {
            Self.run(Listings(database: database, artifacts: artifacts), jobs, answers)
        }
    }

    func ask(_ job: ReaderJob) { jobs.post(job) }

    /// Ends its thread after what it is at.
    func stop() { jobs.post(nil) }

    private static func run(
        _ listings: consuming Listings, _ jobs: Mailbox<ReaderJob?>,
        _ answers: Mailbox<ReaderAnswer>
    ) {
        while true {
            _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
            for job in jobs.take() {
                guard let job else { return }
                let reply = listings.answer(job.query, job.live)
                answers.post(
                    ReaderAnswer(reply: reply, route: job.route, request: job.request))
            }
        }
    }
}
