import Console
import FoundationEssentials
public import Media

/// Clips of the bounce world in files, and prompts files that name them.
///
/// The clips lie in `clips`, beside one `SPLIT.csv` per split with the columns `id`, `text`,
/// `reference_video` and, where the sound is a file of its own, `reference_audio`, as campaign
/// files name them. A prompts file is written when all its clips are.
public struct BounceFolder: Sendable {
    /// The kinds of files.
    public enum Form: String, Sendable, CaseIterable {
        /// Pictures and sound without loss in one Matroska file.
        case mkv
        /// H.264 in MP4, which every player opens, and the sound without loss in WAV.
        case mp4
    }

    /// Where everything goes.
    public var path: String
    /// The size of the pictures; their shape is the world's, 1 : 2.
    public var size: PictureSize
    /// Pictures in a second.
    public var rate: Rate
    /// The kind of files.
    public var form: Form
    /// What decides everything that prompts leave open.
    public var seed: UInt64

    /// Describes a folder.
    public init(path: String, size: PictureSize, rate: Rate, form: Form, seed: UInt64) {
        self.path = path
        self.size = size
        self.rate = rate
        self.form = form
        self.seed = seed
    }

    /// The first scenes of a split: each prompt once, then each once more, and so on.
    public func scenes(of split: BounceSplit, count: Int) -> [BounceScene] {
        let prompts = Array(split.prompts)
        return (0..<count).map { index in
            BounceScene(
                prompts[index % prompts.count], seed: seed, variant: index / prompts.count)
        }
    }

    /// Writes clips of a split and its prompts file, and calls `progress` after each clip.
    public func write(
        _ split: BounceSplit, count: Int, progress: () -> Void = {}
    ) throws(BounceFolderError) {
        try make(path + "/clips")
        var text = csvRecord(
            ["id", "text", "reference_video"] + (form == .mp4 ? ["reference_audio"] : []))
        for scene in scenes(of: split, count: count) {
            let files = files(of: scene)
            do throws(MediaError) {
                try write(scene, files)
            } catch {
                throw BounceFolderError(description: "\(error)")
            }
            text += csvRecord([scene.name, scene.prompt.text] + files)
            progress()
        }
        let file = "\(path)/\(split.rawValue).csv"
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw BounceFolderError(description: "\(file): cannot be written: \(error)")
        }
    }

    /// The paths of a clip's files from the folder: the pictures' first.
    private func files(of scene: BounceScene) -> [String] {
        let file = "clips/\(scene.name).\(form.rawValue)"
        return form == .mkv ? [file] : [file, "clips/\(scene.name).wav"]
    }

    private func write(_ scene: BounceScene, _ files: [String]) throws(MediaError) {
        let clip = scene.clip(size: size, rate: rate)
        switch form {
        case .mkv: try clip.write("\(path)/\(files[0])", .mkv)
        case .mp4:
            try clip.write("\(path)/\(files[0])", .mp4)
            try clip.audio?.write("\(path)/\(files[1])", .wavFloat)
        }
    }

    private func make(_ folder: String) throws(BounceFolderError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw BounceFolderError(
                description: "\(folder): the folder cannot be made: \(error); choose another place")
        }
    }
}

/// Why clips could not be written.
public struct BounceFolderError: Error, CustomStringConvertible {
    /// What went wrong, where, and what to do instead.
    public let description: String
}

extension BounceScene {
    /// What identifies the clip: its prompt's name, with a number from the second one on.
    public var name: String { variant == 0 ? prompt.name : "\(prompt.name)-\(variant + 1)" }
}
