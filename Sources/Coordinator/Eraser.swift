import Artifacts
import Foundation
import Linux
import Logging
import Scheduling
import Store

/// Removes deleted campaigns on a thread and a connection of its own, a bounded part at a time.
///
/// What it does not finish, the next coordinator goes on with.
struct Eraser {
    private let jobs: Mailbox<CampaignID?>

    init(
        database: String, artifacts: String, epoch: Int32, log: Logger
    ) throws(SystemError) {
        jobs = try Mailbox()
        let jobs = jobs
        _ = try OSThread.start(name: "eraser") { Self.run(database, artifacts, epoch, log, jobs) }
    }

    func erase(_ campaign: CampaignID) { jobs.post(campaign) }

    /// Ends its thread after the part it is at.
    func stop() { jobs.post(nil) }

    private static func run(
        _ database: String, _ artifacts: String, _ epoch: Int32, _ log: Logger,
        _ jobs: Mailbox<CampaignID?>
    ) {
        var waiting: [CampaignID] = []
        while true {
            if waiting.isEmpty {
                _ = try? Interest.wait(for: [Interest(jobs.descriptor, .reading)], until: nil)
            }
            for job in jobs.take() {
                guard let campaign = job else { return }
                waiting.append(campaign)
            }
            guard let campaign = waiting.first else { continue }
            do throws(StoreError) {
                var store = try Store(database)
                store.write(under: epoch)
                while try !store.deleteSome(of: campaign) {
                    let orders = jobs.take()
                    if orders.contains(where: { $0 == nil }) { return }
                    waiting += orders.compactMap(\.self)
                }
                removeLogs(of: campaign, artifacts)
                waiting.removeFirst()
            } catch {
                // The leader's next start goes on with it.
                log.warning("campaign \(campaign) is deleted only in part: \(error)")
                waiting.removeFirst()
            }
        }
    }

    private static func removeLogs(of campaign: CampaignID, _ artifacts: String) {
        guard !artifacts.isEmpty else { return }
        let folder = ArtifactFolder(root: artifacts).logFolder(campaign: campaign)
        try? FileManager.default.removeItem(atPath: folder)
    }
}
