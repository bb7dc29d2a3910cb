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

/// The threads that answer listings, each on a connection of its own, so that a long one never
/// holds up the scheduling, nor what reads whole campaigns a listing.
struct StoreReader {
    /// Answers that are ready to be sent.
    let answers: Mailbox<ReaderAnswer>
    private let jobs: Mailbox<ReaderJob?>
    private let longJobs: Mailbox<ReaderJob?>

    init(_ database: String, artifacts: String) throws(SystemError) {
        answers = try Mailbox()
        jobs = try Mailbox()
        longJobs = try Mailbox()
        let answers = answers
        for (jobs, name) in [(jobs, "store reader"), (longJobs, "long reader")] {
            _ = try OSThread.start(name: name) {
                Self.run(Listings(database: database, artifacts: artifacts), jobs, answers)
            }
        }
    }

    func ask(_ job: ReaderJob) { (job.query.readsWholeCampaign ? longJobs : jobs).post(job) }

    /// Ends its threads after what they are at.
    func stop() {
        jobs.post(nil)
        longJobs.post(nil)
    }

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

extension Query {
    /// Whether it takes longer the more prompts a campaign has, however little is answered.
    fileprivate var readsWholeCampaign: Bool {
        switch self {
        case .rankingStatistics, .rankingDifference, .prompt, .exportHeader, .comparison, .cost:
            true
        default: false
        }
    }
}
