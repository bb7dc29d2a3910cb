public import Campaigns
public import Scheduling

/// What tasks of a campaign work on: recipes and prompts, kept small.
///
/// The coordinator's shell holds one for each campaign and asks it when it sends assignments.
public struct CampaignCatalog: Sendable {
    /// The campaign's number.
    public let id: CampaignID
    /// The campaign as last submitted.
    public let campaign: Campaign
    private let recipes: [SlotRecipe]
    private let parameters: [String]
    private let outputs: [[String]]
    private let prompts: PromptTable

    init(
        id: CampaignID, campaign: Campaign, recipes: [SlotRecipe], prompts: PromptTable
    ) throws(StoreError) {
        self.id = id
        self.campaign = campaign
        self.recipes = recipes
        self.prompts = prompts
        var parameters: [String] = []
        for recipe in recipes { parameters.append(try JSONText.encode(recipe.detail.params)) }
        self.parameters = parameters
        outputs = recipes.map(\.outputs)
    }

    /// How many prompts were ever submitted.
    public var promptCount: Int { prompts.count }

    /// How many recipes were ever submitted.
    public var slotCount: Int { recipes.count }

    /// What a recipe's tasks do; traps for a slot that the campaign does not have.
    public func need(ofSlot slot: Int) -> Capability {
        Capability(kind: recipes[slot].kind, name: recipes[slot].name)
    }

    /// The candidate that a task scores; nil for tasks of other kinds.
    public func candidate(of task: TaskID) -> TaskID? {
        recipes[task.slot].source.map { TaskID(campaign: id, prompt: task.prompt, slot: $0) }
    }

    /// The task as people know it, such as `generate 2 of p000001 with bouncing-ball@1`.
    public func describe(_ task: TaskID) -> String {
        let recipe = recipes[task.slot]
        guard task.prompt != TaskID.wholeCampaign else { return "\(recipe.kind) \(campaign.name)" }
        let place = recipe.ordinal < 0 ? "ground truth" : "\(recipe.ordinal)"
        let key = prompts.value(.key, of: task.prompt)
        return "\(recipe.kind) \(place) of \(key) with \(recipe.name)"
    }

    /// Makes the input of a task; for a score task `media` are the candidate's files.
    public func input(for task: TaskID, media: [Media]? = nil) -> TaskInput {
        precondition(task.campaign == id)
        let recipe = recipes[task.slot]
        var input = TaskInput(
            need: Capability(kind: recipe.kind, name: recipe.name),
            ordinal: Int32(recipe.ordinal), parameters: parameters[task.slot],
            outputs: outputs[task.slot])
        guard !recipe.kind.isWholeCampaign else { return input }
        input.prompt = prompts.value(.key, of: task.prompt)
        input.text = prompts.value(.text, of: task.prompt)
        switch recipe.kind {
        case .ingest: input.groundTruth = groundTruth(of: task.prompt)
        case .generate:
            input.seed = candidateSeed(
                campaignSeed: recipe.detail.seed ?? campaign.seed, promptKey: input.prompt,
                ordinal: recipe.ordinal)
        case .score:
            input.candidate = candidate(of: task).map { .init(id: $0, media: media ?? []) }
        case .rank, .train, .evaluate: break
        }
        return input
    }

    /// A video without an audio file beside it carries its sound itself.
    private func groundTruth(of prompt: Int) -> [Media] {
        let video = prompts.value(.video, of: prompt)
        let audio = prompts.value(.audio, of: prompt)
        var media: [Media] = []
        if !video.isEmpty {
            media.append(Media(role: audio.isEmpty ? "joint" : "video", path: video, sha256: ""))
        }
        if !audio.isEmpty { media.append(Media(role: "audio", path: audio, sha256: "")) }
        return media
    }
}
