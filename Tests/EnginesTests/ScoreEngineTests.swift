import EngineHost
import Engines
import Foundation
import Media
import Rewards
import TemporaryFolders
import Testing
import Worlds

/// A score task as the worker writes it.
private func task(
    _ name: String, _ media: [String: String], prompt: String = "", outputs: [String],
    params: String = "{}"
) throws -> EngineTask {
    let files = media.sorted { $0.key < $1.key }
        .map { "{\"role\": \"\($0.key)\", \"path\": \"\($0.value)\", \"sha256\": \"\"}" }
    let wanted = outputs.map { "\"\($0)\"" }.joined(separator: ",")
    let line = """
        {"task": "t", "attempt": 1, "kind": "score", "name": "\(name)", "seed": "7", "ordinal": 0,
         "params": \(params), "folder": "/tmp", "prompt": {"id": "p", "text": "\(prompt)"},
         "candidate": {"id": "c", "media": [\(files.joined(separator: ","))]},
         "outputs": [\(wanted)]}
        """
    return try JSONDecoder().decode(EngineTask.self, from: Data(line.utf8))
}

private func scene() throws -> (scene: BounceScene, clip: MediaClip) {
    let scene = BounceScene(BouncePrompt.all[77], seed: 6)
    let size = PictureSize(width: 64, height: 128)
    return (scene, scene.clip(size: size, rate: try #require(Rate(24))))
}

@Test func aFileIsScoredAsTheClipInIt() throws {
    let folder = try TemporaryFolder()
    let (scene, clip) = try scene()
    try clip.write(folder.file("clip.mkv"), .mkv)
    var engine = ScoreEngine(RewardShelf(folder.path).rewards)
    let answer = try engine.run(
        try task(
            "bounce-measures", ["joint": folder.file("clip.mkv")], prompt: scene.prompt.text,
            outputs: ["text_video", "desync"]), progress: { _, _ in })
    // The file keeps sound in 16 bits.
    let stored = try MediaClip.read(folder.file("clip.mkv"), as: MediaRequest())
    let expected = BounceMeasures().score(stored, prompt: scene.prompt.text).map(\.number)
    #expect(
        answer == .scores(["text_video": expected[4], "desync": expected[7]], reasons: [:]))
}

@Test func picturesAndSoundMayLieInTwoFiles() throws {
    let folder = try TemporaryFolder()
    let clip = try scene().clip
    try MediaClip(video: clip.video).write(folder.file("video.mkv"), .mkv)
    try clip.audio?.write(folder.file("audio.wav"), .wavFloat)
    var engine = ScoreEngine(.signal)
    let media = ["video": folder.file("video.mkv"), "audio": folder.file("audio.wav")]
    let answer = try engine.run(
        try task("signal-sync", media, outputs: ["desync"]), progress: { _, _ in })
    guard case .scores(let scores, let reasons) = answer else {
        Issue.record("\(answer) are no scores")
        return
    }
    #expect(reasons.isEmpty)
    #expect(try #require(scores["desync"] ?? nil) <= 0.02)
}

@Test func whatCannotBeMeasuredIsNullWithAReason() throws {
    let folder = try TemporaryFolder()
    try MediaClip(video: try scene().clip.video).write(folder.file("video.mkv"), .mkv)
    var engine = ScoreEngine(.signal)
    let answer = try engine.run(
        try task(
            "signal-audio", ["joint": folder.file("video.mkv")], outputs: ["loudness"]),
        progress: { _, _ in })
    #expect(answer == .scores(["loudness": nil], reasons: ["loudness": "the clip has no sound"]))
}

@Test func wrongTasksAreRefused() throws {
    var engine = ScoreEngine(.signal)
    let media = ["joint": "/nowhere/clip.mkv"]
    let missing = try task("signal-audio", media, outputs: [])
    #expect(throws: EngineFault.self) { try engine.run(missing, progress: { _, _ in }) }
    let params = try task("signal-audio", media, outputs: [], params: "{\"gain\": 2}")
    #expect(throws: EngineFault("signal-audio takes no params; leave out 'gain'")) {
        try engine.run(params, progress: { _, _ in })
    }
    #expect(
        engine.provides.map(\.name) == [
            "signal-audio", "signal-video", "signal-motion", "signal-sync",
        ])
}

@Test func weightsInAModelsFolderAreFound() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
        atPath: folder.file("bounce"), withIntermediateDirectories: true)
    try write("no weights".utf8, to: folder.file("bounce/rewards.safetensors"))
    let shelf = RewardShelf(folder.path)
    #expect(shelf.problems.count == 1)
    #expect(shelf.rewards["bounce-measures"] != nil)
    #expect(shelf.rewards["bounce-learned"] == nil)
    #expect(RewardShelf("/nowhere").problems.isEmpty)
}
