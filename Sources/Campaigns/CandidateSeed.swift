/// Returns the seed of one generated candidate.
///
/// It is the first 8 bytes, big-endian, of the SHA-256 over the netstrings (`length:bytes`, lengths
/// in UTF-8 bytes, numbers in decimal) of: `duet.candidate-seed.1`, `campaign`, the campaign's
/// seed, `prompt`, the prompt's key, `ordinal`, the ordinal. So it does not depend on the worker,
/// the order of work, the number of samples or the rest of the campaign file.
public func candidateSeed(campaignSeed: UInt64, promptKey: String, ordinal: Int) -> UInt64 {
    var fingerprint = Fingerprint(purpose: "duet.candidate-seed.1")
    fingerprint.add("campaign", "\(campaignSeed)")
    fingerprint.add("prompt", promptKey)
    fingerprint.add("ordinal", "\(ordinal)")
    return fingerprint.number()
}
