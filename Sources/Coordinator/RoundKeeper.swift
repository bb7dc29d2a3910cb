import Campaigns
import Linux
import Logging
import Rounds
import Scheduling
import Store
import Wire

/// The thread that carries rounds on: whenever a campaign ends it looks what each round needs next.
///
/// What it does itself, it records in one transaction; tasks it never runs, it submits campaigns
/// through the loop as a person would. So whatever dies, the next look goes on from what is
/// durable.
struct RoundKeeper {
    /// What the loop is to do for it.
    enum Said: Sendable {
        /// A campaign is to be submitted; what became of it is told with `answered`.
        case submit(Campaign, [Prompt])
        /// Somebody's request is answered.
        case reply(Reply, Waiter)
        /// A round is further than before.
        case moved(RoundRecord)
    }

    /// Who waits for an answer.
    struct Waiter: Sendable {
        var route: Route
        var id: UInt64
    }

    private enum Job: Sendable {
        case look
        case answered(String, refusal: String?)
        case submit(document: String, condition: String, Waiter)
        case command(String, RoundCommand, Waiter)
        case stop
    }

    /// Where it says what the loop is to do.
    let said: Mailbox<Said>
    private let jobs: Mailbox<Job>

    init(
        database: String, artifacts: String, epoch: Int32, log: Logger
    ) throws(SystemError) {
        said = try Mailbox()
        jobs = try Mailbox()
        let (said, jobs) = (said, jobs)
        _ = try OSThread.start(name: "round keeper") {
            var keeping = RoundKeeping(
                database: database, artifacts: artifacts, epoch: epoch, log: log
            ) { said.post($0) }
            Self.run(&keeping, jobs)
        }
    }

    /// Something ended, or was changed by hand.
    func look() { jobs.post(.look) }

    /// A campaign that it asked for is written, or was refused.
    func answered(_ campaign: String, refusal: String? = nil) {
        jobs.post(.answered(campaign, refusal: refusal))
    }

    func submit(document: String, condition: String, _ waiter: Waiter) {
        jobs.post(.submit(document: document, condition: condition, waiter))
    }

    func carryOut(_ command: RoundCommand, _ selector: String, _ waiter: Waiter) {
        jobs.post(.command(selector, command, waiter))
    }

    /// Ends its thread after what it is at.
    func stop() { jobs.post(.stop) }

    /// Milliseconds before it looks again when the database did not answer.
    private static let pause: Int64 = 1_000_000_000

    private static func run(_ keeping: inout RoundKeeping, _ jobs: Mailbox<Job>) {
        var retryAt: Int64? = 0
        while true {
            _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: retryAt)
            for job in jobs.take() {
                switch job {
                case .look: break
                case .answered(let campaign, let refusal): keeping.answered(campaign, refusal)
                case .submit(let document, let condition, let waiter):
                    keeping.submit(document, condition, waiter)
                case .command(let selector, let command, let waiter):
                    keeping.carryOut(command, selector, waiter)
                case .stop: return
                }
            }
            retryAt = keeping.look() ? nil : Clock.monotonic + pause
        }
    }
}
