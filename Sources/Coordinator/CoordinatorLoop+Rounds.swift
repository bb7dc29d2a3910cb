import Campaigns
import Logging
import Rounds
import Scheduling
import Wire

/// Rounds: the keeper's thread decides, and the loop submits what it asks for as if a person had.
extension CoordinatorLoop {
    mutating func take(_ said: RoundKeeper.Said) {
        switch said {
        case .submit(let campaign, let prompts):
            waitingWrites.append(
                .submit(
                    WriterJob.Upload(
                        campaign: campaign.canonicalJSON(),
                        prompts: prompts.map { prompt in
                            WirePrompt(
                                key: prompt.key, text: prompt.text,
                                video: prompt.groundTruth?.video ?? "",
                                audio: prompt.groundTruth?.audio ?? "")
                        }, route: [], request: 0)))
        case .reply(let reply, let waiter): self.reply(reply, id: waiter.id, route: waiter.route)
        case .moved(let record):
            let reason = record.reason.isEmpty ? "" : ": \(record.reason)"
            log.info("round \(record.label) is \(record.state.word)\(reason)")
            tracker.look()
        }
    }

    /// Hands a wish about rounds to the keeper, who answers.
    func askKeeper(_ request: Request, id: UInt64, route: Route) {
        let waiter = RoundKeeper.Waiter(route: route, id: id)
        switch request {
        case .submitRound(let document, let condition):
            keeper.submit(document: document, condition: condition, waiter)
        case .round(let selector, let command): keeper.carryOut(command, selector, waiter)
        default: break
        }
    }
}

extension WriterJob.Upload {
    /// Whether the round keeper submitted it, and no client waits for an answer.
    var isForRound: Bool { route.isEmpty }
}
