import Linux
import Scheduling
import Wire
import ZeroMQ

/// What listeners are told of a batch; results are too many to be told one by one.
extension CoordinatorLoop {
    func publish(_ batch: Batch) {
        let at = Clock.wall
        for body in batch.announced + bodies(of: batch.changes) {
            let event = PublishedEvent(at: at, body: body)
            _ = try? publisher.send(Array(event.topic.utf8), [.more, .dontWait])
            _ = try? publisher.send(ClientCodec.encode(event), .dontWait)
        }
    }

    private func bodies(of changes: Changes) -> [PublishedEvent.Body] {
        var bodies: [PublishedEvent.Body] = []
        for retry in changes.retried {
            bodies.append(
                .task(
                    retry.task, campaign: campaignNames[retry.task.campaign] ?? "",
                    worker: machine.identity(of: retry.worker) ?? "", state: "retried",
                    message: retry.message))
        }
        for ended in changes.ended where ended.stage == .failed {
            bodies.append(
                .task(
                    ended.task, campaign: campaignNames[ended.task.campaign] ?? "",
                    worker: machine.identity(of: ended.worker) ?? "", state: "failed",
                    message: ended.message))
        }
        for change in changes.workers {
            bodies.append(
                .worker(
                    change.worker, name: machine.identity(of: change.worker) ?? "",
                    state: change.state.description))
        }
        for change in changes.campaigns {
            bodies.append(
                .campaign(
                    change.campaign, name: campaignNames[change.campaign] ?? "",
                    state: change.state.description, reason: change.reason))
        }
        return bodies
    }
}
