import Postgres
public import Scheduling

extension Store {
    /// Writes the changes of a batch of steps in one transaction.
    ///
    /// A submission that waits to be committed is committed before them. The order inside is: tasks
    /// reopened, tasks emitted, leases recorded, attempts ended, results, failures, campaigns,
    /// workers, labels. For a single task that is the order in which they can have happened.
    ///
    /// Without changes it verifies the epoch. Throws `fenced` when another coordinator leads, and
    /// `invariant` when a task is not in a state that the change can start from; nothing is
    /// written then.
    public mutating func apply(_ changes: Changes) throws(StoreError) {
        guard epoch != nil else { throw .notLeading }
        try loadRecipes(of: changes)
        var batch = submitted
        submitted = WriteBatch()
        batch.addRetries(changes)
        try batch.addEmitted(changes.emitted, campaigns)
        batch.addRecorded(changes.recorded)
        batch.addRetried(changes.retried)
        try batch.addCompleted(changes.completed, campaigns, epoch: epoch ?? 0)
        batch.addEnded(changes.ended)
        try batch.addCampaigns(changes.campaigns)
        for change in changes.workers { try batch.add(worker: change) }
        for change in changes.labels { try batch.add(labels: change) }
        try commit(batch)
        for change in changes.campaigns where change.state.isFinal {
            campaigns[change.campaign] = nil
        }
    }

    /// Reads the recipes of campaigns that this store has not met yet.
    private mutating func loadRecipes(of changes: Changes) throws(StoreError) {
        var last: CampaignID = 0
        for task in changes.emitted where task.campaign != last {
            last = task.campaign
            try loadRecipes(of: last)
        }
        for completion in changes.completed where completion.report.task.campaign != last {
            last = completion.report.task.campaign
            try loadRecipes(of: last)
        }
    }

    /// Reads the recipes of a campaign, unless they are known.
    mutating func loadRecipes(of campaign: CampaignID) throws(StoreError) {
        guard campaigns[campaign] == nil else { return }
        campaigns[campaign] = RecipeTable(try connection.readRecipes(of: campaign))
    }
}

/// Numbers the few distinct words of many rows, so that each is sent once.
struct WordList {
    private(set) var words: [String] = []
    private var last: (word: String, number: Int16)?

    /// The number of a word, from 1.
    mutating func number(of word: String) -> Int16 {
        if let last, last.word == word { return last.number }
        let index = words.firstIndex(of: word) ?? words.count
        if index == words.count { words.append(word) }
        let number = Int16(clamping: index + 1)
        last = (word, number)
        return number
    }
}
