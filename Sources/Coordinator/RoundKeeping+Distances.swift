import Campaigns
import Evaluations
import Foundation
import Logging
import Rounds
import Scheduling
import Store
import Wire

/// Distances of evaluations: the clips of a policy as a whole against ground truth.
///
/// Ground truth is what the campaign that the round's declaration names took in: the same clips for
/// every policy and every evaluation, so that all distances of a name can be compared.
extension RoundKeeping {
    /// How far the distances of a policy are; nil when they are to be asked for.
    ///
    /// Also nil when there are other clips or other ground truth than they were measured for.
    func distances(
        of number: Int, _ record: RoundRecord, _ store: inout Store
    ) throws -> CampaignFacts? {
        let evaluation = RoundNames.evaluation(record.name, number)
        guard try isMeasured(evaluation, for: record, &store) else { return nil }
        return try campaign(RoundNames.distances(of: evaluation), &store)
    }

    /// Submits the measurement of an evaluation that is complete.
    mutating func measure(
        _ evaluation: String, for record: RoundRecord, _ store: inout Store
    ) throws {
        guard let wanted = try measurement(of: evaluation, for: record, &store) else { return }
        try ask(for: wanted, [], of: record, &store)
    }

    /// Measures evaluations that people asked for, as the round's own are.
    mutating func measureOtherEvaluations(_ store: inout Store) throws {
        let records = try store.rounds().map(\.record)
            .filter { $0.round.evaluate?.distances != nil }
        guard !records.isEmpty else { return }
        for name in try store.campaignNames().values.sorted() {
            guard let round = RoundNames.round(of: name),
                RoundNames.isFree(String(name.split(separator: "/")[2])),
                let record = records.first(where: {
                    $0.name == round.name && $0.number == max(1, round.number)
                }),
                try campaign(name, &store)?.phase == .completed
            else { continue }
            do {
                if try !isMeasured(name, for: record, &store) {
                    try measure(name, for: record, &store)
                }
            } catch let error as StoreError {
                throw error
            } catch {
                log.warning("the distances of \(name) are not measured: \(error)")
            }
        }
    }

    /// Whether a measurement was submitted for just what there is.
    private func isMeasured(
        _ evaluation: String, for record: RoundRecord, _ store: inout Store
    ) throws -> Bool {
        let stored = try store.submission(of: RoundNames.distances(of: evaluation))
        guard let job = stored?.campaign.job else { return false }
        return try measurement(of: evaluation, for: record, &store)?.job == job
    }

    private func measurement(
        of evaluation: String, for record: RoundRecord, _ store: inout Store
    ) throws -> Campaign? {
        let all = RoundSeries(record.name, among: try store.rounds().map(\.record))
        guard !artifacts.isEmpty, let source = try source(of: record, all, &store),
            let clips = try self.clips(of: evaluation, isGroundTruth: false, &store),
            let references = try self.clips(of: source.campaign.name, isGroundTruth: true, &store)
        else { return nil }
        return RoundCampaigns(record, source: source.campaign).distances(
            of: evaluation, clips: clips, references: references)
    }

    /// Where the list of a campaign's clips lies, as they are now.
    private func clips(
        of name: String, isGroundTruth: Bool, _ store: inout Store
    ) throws -> String? {
        guard let listing = try store.campaign(name), listing.name == name else { return nil }
        let clips = try store.clips(of: listing.id, isGroundTruth: isGroundTruth)
        return try keep(FrozenClips(clips).lines).path
    }

    /// Both policies' distances; nil while one is not measured for the clips that there are.
    static func distances(
        before: String, after: String, _ store: inout Store
    ) throws -> DistanceComparison? {
        guard let first = try report(of: before, &store), let second = try report(of: after, &store)
        else { return nil }
        do throws(DistanceMismatch) {
            return try DistanceComparison(first, second)
        } catch {
            throw Problem(
                code: .conflict,
                message: "the distances of \(before) and \(after) \(error); after `duet campaign "
                    + "delete \(RoundNames.distances(of: before))` they are measured again")
        }
    }

    private static func report(
        of evaluation: String, _ store: inout Store
    ) throws -> DistanceReport? {
        let name = RoundNames.distances(of: evaluation)
        guard let listing = try store.campaign(name), listing.name == name,
            let clips = try store.campaign(evaluation),
            let product = try store.products(of: listing.id).last,
            let file = product.media.first(where: { $0.role == "report" })
        else { return nil }
        let report: DistanceReport
        do {
            report = try JSONDecoder().decode(
                DistanceReport.self, from: Data(contentsOf: URL(filePath: file.path)))
        } catch {
            throw Problem(
                code: .conflict,
                message: "\(file.path): is no report of distances: \(error.localizedDescription)")
        }
        let count = try store.clips(of: clips.id, isGroundTruth: false).count
        return report.clips.count == count ? report : nil
    }
}
