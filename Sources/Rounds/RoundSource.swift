public import Campaigns

extension Round.Data {
    /// The campaign whose pairs the first round of a name trains on.
    ///
    /// `declared` gives the declaration of rounds whose pairs are trained on again; nil when one of
    /// them is not there, or they lead back to themselves.
    public func firstCampaign<Failure>(
        declared: (String) throws(Failure) -> Round?
    ) throws(Failure) -> String? {
        var (data, seen) = (self, Set<String>())
        while let name = data.round {
            guard seen.insert(name).inserted, let origin = try declared(name) else { return nil }
            data = origin.data
        }
        return data.campaign
    }
}

extension [RoundRecord] {
    /// The campaign behind a declaration; nil when a round that it names is not there.
    public func campaign(behind data: Round.Data) -> String? {
        data.firstCampaign { name in first { $0.name == name }?.round }
    }
}
