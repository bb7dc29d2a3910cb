/// What failed is tried again because an operator asks for it.
extension CoordinatorMachine {
    mutating func retry(_ id: CampaignID, at now: Instant) {}

    mutating func apply(_ command: TaskCommand, to task: TaskID, at now: Instant) {}
}
