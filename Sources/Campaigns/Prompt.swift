/// A text, and where the dataset has them the clips, that candidates answer.
public struct Prompt: Sendable, Equatable {
    /// What identifies the prompt in its file.
    public let key: String
    /// The text as written.
    public let text: String
    /// The dataset's own clip; nil where there is none.
    public let groundTruth: GroundTruth?

    /// Where the dataset's own clip lies.
    public struct GroundTruth: Sendable, Hashable, Codable {
        /// The absolute path of the video; nil for audio only.
        public let video: String?
        /// The absolute path of the audio; nil when the video carries it.
        public let audio: String?

        /// Names the files of a clip.
        public init(video: String?, audio: String?) {
            self.video = video
            self.audio = audio
        }
    }

    /// Names a prompt.
    public init(key: String, text: String, groundTruth: GroundTruth? = nil) {
        self.key = key
        self.text = text
        self.groundTruth = groundTruth
    }

    /// 32 hexadecimal digits over key, text and ground-truth paths.
    public var hash: String {
        var fingerprint = Fingerprint(purpose: "duet.prompt.1")
        add(to: &fingerprint)
        if let video = groundTruth?.video { fingerprint.add("video", video) }
        if let audio = groundTruth?.audio { fingerprint.add("audio", audio) }
        return fingerprint.hash()
    }

    /// 32 hexadecimal digits over key and text, all that a generator sees of a prompt.
    ///
    /// Identify generated candidates by this one: adding ground truth to a prompts file then
    /// generates nothing again.
    public var textHash: String {
        var fingerprint = Fingerprint(purpose: "duet.prompt-text.1")
        add(to: &fingerprint)
        return fingerprint.hash()
    }

    private func add(to fingerprint: inout Fingerprint) {
        fingerprint.add("key", key)
        fingerprint.add("text", text)
    }
}
