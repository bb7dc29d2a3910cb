import Artifacts
import Campaigns
import Foundation
import Rounds
import Wire
import Words

/// A round of a file, ready to be submitted.
struct RoundSubmission {
    /// The declaration, as the file has it.
    var round: Round
    /// The folder of the file, from which paths are meant.
    var folder: String
}

/// What a campaign file asks for.
struct Submissions {
    var campaigns: [(Campaign, [Prompt])] = []
    var rounds: [RoundSubmission] = []
    /// The folder of the file, from which paths are meant.
    let folder: String

    /// Reads a file with the prompts of each of its campaigns; all problems are thrown together.
    init(_ file: String, set: [String]) throws {
        let overrides = try parseOverrides(set)
        folder = URL(filePath: file).deletingLastPathComponent().path
        do throws(CampaignFileError) {
            let documents = try CampaignFile.submittable(file, overrides: overrides)
            for campaign in documents.compactMap(\.campaign) {
                let prompts = try Self.prompts(of: campaign, folder)
                campaigns.append((campaign, prompts))
            }
            rounds = documents.compactMap(\.round).map {
                RoundSubmission(round: $0, folder: folder)
            }
        } catch {
            throw Failure.usage("\(error)\n`duet validate \(file)` checks it again")
        }
        for (campaign, _) in campaigns {
            for after in campaign.after {
                let round = rounds.first { $0.round.name == after.round }?.round
                guard let round else {
                    throw Failure.usage(
                        "\(file): campaign \(campaign.name) asks for round \(after.round), which "
                            + "this file does not declare; add a document with kind: Round, or "
                            + "submit it by itself with `duet round submit`")
                }
                guard round.data.campaign == campaign.name else {
                    let origin =
                        round.data.round.map { "round \($0)" }
                        ?? "campaign \(round.data.campaign ?? "")"
                    throw Failure.usage(
                        "\(file): campaign \(campaign.name) asks for round \(round.name), which "
                            + "waits for the pairs of \(origin); remove it from after")
                }
            }
        }
    }

    static func prompts(
        of campaign: Campaign, _ folder: String
    ) throws(CampaignFileError) -> [Prompt] {
        let report = PromptFile.report(for: campaign, folder: folder)
        guard report.problems.isEmpty else { throw CampaignFileError(problems: report.problems) }
        for note in report.notes { remark("note: \(note)") }
        return report.prompts
    }
}

extension RoundSubmission {
    /// Throws when a gate asks for what nothing will measure; nothing is submitted before.
    func check(among all: Submissions, with client: inout Client) throws {
        let source = try source(among: all, with: &client)
        var problems = round.gateProblems(rewards: source.score.rewards).map { "gates: \($0)" }
        if let problem = round.problem(with: trigger(in: source)) { problems.append(problem) }
        if let problem = round.distanceProblem(source: source) { problems.append(problem) }
        guard problems.isEmpty else {
            throw Failure.usage(
                problems.map { "round \(round.name): \($0)" }.joined(separator: "\n"))
        }
    }

    /// When it begins, which the campaign says that it trains on.
    private func trigger(in source: Campaign) -> RoundTrigger {
        guard round.data.campaign != nil else { return .init() }
        return source.after.first { $0.round == round.name }?.trigger ?? .init()
    }

    /// Submits what the first round is compared with, and the round; returns what became of it.
    ///
    /// The prompts on which it is judged travel with the evaluation of what it starts from, which
    /// can begin at once.
    func submit(among all: Submissions, with client: inout Client) throws -> String {
        var round = round
        let source = try source(among: all, with: &client)
        round.policy.adapter =
            ["none", "previous"].contains(round.policy.adapter)
            ? round.policy.adapter
            : try storedAdapter(round.policy.adapter, folder: folder, with: &client)
        round.texts = try round.texts.map { try storedFile($0, folder: folder, "texts") }
        let start = HashedFile(round.policy.adapter)
        let record = RoundRecord(
            name: round.name, number: 1, start: 0, campaign: source.name, round: round)
        if let evaluation = RoundCampaigns(record, source: source).evaluation(of: 0, start) {
            let prompts: [Prompt]
            do throws(CampaignFileError) {
                prompts = try Submissions.prompts(of: evaluation, folder)
            } catch {
                throw Failure.usage("\(error)")
            }
            _ = try duet.submit(evaluation, prompts, with: &client)
        }
        return try client.done(
            .submitRound(
                document: round.resolvedYAML(), condition: trigger(in: source).text))
    }

    private func source(among all: Submissions, with client: inout Client) throws -> Campaign {
        try sourceCampaign(of: round, among: all, with: &client)
    }
}

/// The campaign whose pairs a round, or the rounds whose pairs it trains on again, begin with.
///
/// What a file declares counts before what the coordinator knows.
func sourceCampaign(
    of round: Round, among all: Submissions? = nil, with client: inout Client
) throws -> Campaign {
    let name = try round.data.firstCampaign { origin in
        if let found = all?.rounds.first(where: { $0.round.name == origin }) { return found.round }
        let detail = try client.answer(Answers.RoundDetail.self, to: .round("\(origin)/1"))
        return try declaration(in: detail)
    }
    guard let name else {
        throw Failure.usage(
            "round \(round.name): data.round leads back to where it began; one of these rounds "
                + "needs data.campaign")
    }
    if let found = all?.campaigns.first(where: { $0.0.name == name }) { return found.0 }
    let json = String(decoding: try client.query(.campaignFile(name)), as: UTF8.self)
    do {
        return try Campaign(canonicalJSON: json)
    } catch {
        throw Failure.work("\(error)")
    }
}

/// What was declared of a round that the coordinator knows.
func declaration(in detail: Answers.RoundDetail) throws -> Round {
    let name = detail.round.name
    let documents = try? CampaignFile.documents(of: detail.document, file: "round \(name)")
    guard let round = documents?.first?.round else {
        throw Failure.work("round \(name) makes no sense to this version of duet")
    }
    return round
}

/// The stored form of an adapter that people name by a round or a path: its file and its hash.
func storedAdapter(
    _ text: String, folder: String, with client: inout Client
) throws -> String {
    if text == "none" || HashedFile(text) != nil { return text }
    if text.hasPrefix("round:") {
        let detail = try client.answer(
            Answers.RoundDetail.self, to: .round(String(text.dropFirst("round:".count))))
        guard let path = detail.round.adapter, let sha256 = detail.sha256 else {
            throw Failure(
                code: 4,
                message: "round \(detail.round.label) is \(detail.round.state) and has no adapter "
                    + "yet; `duet round watch \(detail.round.name)` follows it")
        }
        return HashedFile(path: path, sha256: sha256).text
    }
    return try storedFile(text, folder: folder, "adapter", or: ", or round:NAME/NUMBER, or none")
}

/// The stored form of a file that people name by its path; `what` is what it is to them.
private func storedFile(
    _ text: String, folder: String, _ what: String, or others: String = ""
) throws -> String {
    if HashedFile(text) != nil { return text }
    // A base URL would need a slash at its end, or its last folder is left out.
    let whole = text.hasPrefix("/") ? text : "\(folder.isEmpty ? "." : folder)/\(text)"
    let path = URL(filePath: whole).standardizedFileURL.path
    do {
        return HashedFile(path: path, sha256: try FileHash.sha256(ofFile: path)).text
    } catch {
        throw Failure.notFound(
            "\(what) \(text): cannot be read as a file; name one safetensors file\(others)")
    }
}
