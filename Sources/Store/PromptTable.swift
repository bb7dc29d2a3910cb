import Campaigns

/// A campaign's prompts by number, in one buffer, so that a hundred thousand of them cost their
/// bytes and eight more each.
struct PromptTable: Sendable {
    /// Key, text, video and audio of each prompt, each ended by a zero byte, which Postgres'
    /// texts cannot have.
    private var bytes: [UInt8] = []
    private var starts: [Int] = []

    /// The columns of a prompt, in the order of the buffer.
    enum Field: Int { case key, text, video, audio }

    var count: Int { starts.count }

    mutating func append(key: String, text: String, video: String?, audio: String?) {
        starts.append(bytes.count)
        for field in [key, text, video ?? "", audio ?? ""] {
            bytes.append(contentsOf: field.utf8)
            bytes.append(0)
        }
    }

    /// Changes the files of some prompts.
    mutating func setFiles(_ files: [Int: (video: String?, audio: String?)]) {
        var changed = PromptTable()
        for prompt in 0..<count {
            let old = (value(.video, of: prompt), value(.audio, of: prompt))
            let (video, audio) = files[prompt] ?? old
            changed.append(
                key: value(.key, of: prompt), text: value(.text, of: prompt), video: video,
                audio: audio)
        }
        self = changed
    }

    /// A column of a prompt; empty for an absent file.
    func value(_ field: Field, of prompt: Int) -> String {
        var start = starts[prompt]
        for _ in 0..<field.rawValue { start = end(from: start) + 1 }
        return String(decoding: bytes[start..<end(from: start)], as: UTF8.self)
    }

    /// A prompt as its file had it.
    func prompt(_ number: Int) -> Prompt {
        let (video, audio) = (value(.video, of: number), value(.audio, of: number))
        let files = Prompt.GroundTruth(
            video: video.isEmpty ? nil : video, audio: audio.isEmpty ? nil : audio)
        return Prompt(
            key: value(.key, of: number), text: value(.text, of: number),
            groundTruth: files.video == nil && files.audio == nil ? nil : files)
    }

    private func end(from start: Int) -> Int {
        var index = start
        while bytes[index] != 0 { index += 1 }
        return index
    }
}
