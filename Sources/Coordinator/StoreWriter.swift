import Campaigns
import Linux
import Scheduling
import Store
import Wire

/// What the writer's thread is asked to make durable, in this order and no other.
enum WriterJob: Sendable {
    case apply(Changes)
    case submit(Upload)
    case revive(Wish)
    case delete(Wish)
    case addRanking(RankingWish)
    case choose(ChoiceWish)
    case renew
    case stop

    /// A complete submission and who waits for the answer.
    struct Upload: Sendable {
        var campaign: String
        var prompts: [WirePrompt]
        var route: Route
        var request: UInt64
    }

    /// What an operator wants of a campaign that has ended, and who waits for the answer.
    struct Wish: Sendable {
        var campaign: CampaignID
        /// The one task to be tried again; nil for all that failed.
        var task: TaskID?
        var route: Route
        var request: UInt64
    }
}

/// What became of it.
enum WriterResult: Sendable {
    case applied
    case submitted(WriterJob.Upload, Submission)
    case refused(WriterJob.Upload, ProblemCode, String)
    /// The campaign as it is taken up again; nil when it has not completed.
    case revived(WriterJob.Wish, Revival?)
    case deleted(WriterJob.Wish, Problem?)
    /// The rank task of a ranking that was asked for.
    case rankingAdded(RankingWish, Result<TaskID, Problem>)
    case chosen(ChoiceWish, Result<String, Problem>)
    case failed(StoreError)
}

/// The thread that owns the connection on which scheduling state is written.
struct StoreWriter {
    let jobs: Mailbox<WriterJob>
    let results: Mailbox<WriterResult>

    /// Starts the thread; it takes over the leader's store, and with it the advisory lock.
    static func start(
        _ store: consuming Store, jobs: Mailbox<WriterJob>,
        results: Mailbox<WriterResult>
    ) throws(SystemError) -> OSThread {
        // Nobody else keeps the store: it is consumed here and used by the new thread only.
        nonisolated(unsafe) var handedOver: Store? = consume store
        return try OSThread.start(name: "store writer") {
            guard var store = handedOver.take() else { return }
            run(&store, jobs, results)
        }
    }

    private static func run(
        _ store: inout Store, _ jobs: Mailbox<WriterJob>, _ results: Mailbox<WriterResult>
    ) {
        while true {
            _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
            for job in jobs.take() {
                do throws(StoreError) {
                    switch job {
                    case .apply(let changes):
                        try store.apply(changes)
                        results.post(.applied)
                    case .submit(let submission):
                        results.post(try submit(submission, to: &store))
                    case .revive(let wish):
                        results.post(.revived(wish, try store.revive(wish.campaign)))
                    case .delete(let wish): results.post(try delete(wish, from: &store))
                    case .addRanking(let wish):
                        let added = try refusable { () throws(StoreError) in
                            try addRanking(wish, to: &store)
                        }
                        results.post(.rankingAdded(wish, added))
                    case .choose(let wish):
                        let chosen = try refusable { () throws(StoreError) in
                            try choose(wish, in: &store)
                        }
                        results.post(.chosen(wish, chosen))
                    case .renew: try store.renew()
                    case .stop: return
                    }
                } catch {
                    results.post(.failed(error))
                    return
                }
            }
        }
    }

    /// Does what may be refused; any other error ends the writer.
    private static func refusable<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(StoreError) -> Result<Value, Problem> {
        do throws(StoreError) {
            return .success(try body())
        } catch {
            switch error {
            case .conflict(let message):
                return .failure(Problem(code: .conflict, message: message))
            case .notFound(let message):
                return .failure(Problem(code: .notFound, message: message))
            default: throw error
            }
        }
    }

    private static func delete(
        _ wish: WriterJob.Wish, from store: inout Store
    ) throws(StoreError) -> WriterResult {
        let done = try refusable { () throws(StoreError) in
            try store.beginDeleting(wish.campaign)
        }
        if case .failure(let problem) = done { return .deleted(wish, problem) }
        return .deleted(wish, nil)
    }

    private static func addRanking(
        _ wish: RankingWish, to store: inout Store
    ) throws(StoreError) -> TaskID {
        let campaign: Campaign
        do {
            campaign = try Campaign(canonicalJSON: wish.request.campaign)
        } catch {
            throw .conflict(
                "the coordinator does not understand the rule (\(error)); use the same version "
                    + "of duet on both sides")
        }
        return try store.addRanking(campaign, to: wish.campaign)
    }

    private static func choose(
        _ wish: ChoiceWish, in store: inout Store
    ) throws(StoreError) -> String {
        if wish.ranking.isEmpty {
            try store.choose(nil, of: wish.campaign)
        } else {
            let found = try store.rankings(of: wish.campaign).first {
                $0.name == wish.ranking || "\($0.number)" == wish.ranking
            }
            guard let found else {
                throw .notFound(
                    "campaign \(wish.name) has no ranking '\(wish.ranking)'; `duet ranking list "
                        + "\(wish.name)` shows all of them")
            }
            try store.choose(found.id, of: wish.campaign)
        }
        guard let current = try store.ranking(of: wish.campaign) else {
            return "campaign \(wish.name) has no ranking yet"
        }
        return "the current ranking of campaign \(wish.name) is \(current.name)"
    }

    private static func submit(
        _ submission: WriterJob.Upload, to store: inout Store
    ) throws(StoreError) -> WriterResult {
        let campaign: Campaign
        do {
            campaign = try Campaign(canonicalJSON: submission.campaign)
        } catch {
            return .refused(
                submission, .usage,
                "the coordinator does not understand the campaign (\(error)); "
                    + "use the same version of duet on both sides")
        }
        let unsupported = campaign.unsupported()
        guard unsupported.isEmpty else {
            return .refused(
                submission, .usage,
                "the campaign asks for what this version cannot run yet: "
                    + unsupported.map { "\($0.path): \($0.message)" }.joined(separator: "; "))
        }
        let prompts = submission.prompts.map { prompt in
            let hasClip = !prompt.video.isEmpty || !prompt.audio.isEmpty
            return Prompt(
                key: prompt.key, text: prompt.text,
                groundTruth: hasClip
                    ? .init(
                        video: prompt.video.isEmpty ? nil : prompt.video,
                        audio: prompt.audio.isEmpty ? nil : prompt.audio)
                    : nil)
        }
        do throws(StoreError) {
            return .submitted(
                submission,
                try store.submit(
                    campaign, writtenAs: submission.campaign, prompts: prompts,
                    committing: false))
        } catch {
            if case .conflict(let message) = error {
                return .refused(submission, .conflict, message)
            }
            throw error
        }
    }
}
