import Crypto

extension Recipe {
    /// The hash of a rank recipe over given prompts: a ranking of other prompts is another one.
    ///
    /// `runs` are first number and length of each run of consecutive prompts.
    public func hash(ofPrompts runs: [Int]) -> String {
        let text = hash + runs.map { " \($0)" }.joined()
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256.hash(data: Array(text.utf8)).prefix(16)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}
