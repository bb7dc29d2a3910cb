public import Campaigns
import Foundation
import Generation
import Media
import Tensors

/// Finds the patch codec of a training's model from the training's clips.
///
/// The model's folder needs `model.json` only; its weights may come later.
public struct CodecRun: Sendable {
    private let settings: TrainingFile
    private let folder: String
    private let model: ModelFolder

    /// Opens the model of a training file that lies in `folder`.
    public init(_ settings: TrainingFile, folder: String) throws(TrainingError) {
        self.settings = settings
        self.folder = folder
        model = try ModelFolder(of: settings, in: folder)
    }

    /// Takes every clip once, or the first so many, and writes `codec.safetensors`.
    ///
    /// Reports how many clips of how many are in. Returns the file's path.
    public func run(
        most: Int = .max, report: (Int, Int) -> Void = { _, _ in }
    ) throws(TrainingError) -> String {
        do {
            let items = try settings.items(folder: folder).prefix(most)
            let codec = model.description.codec
            guard case .patches(let sizes) = codec else {
                throw TrainingError("\(model.path): only a codec of patches is found from clips")
            }
            let clip = model.description.clip
            var fit = PatchCodecFit(sizes, clip: clip)
            for (index, item) in items.enumerated() {
                let media = item.clips[0]
                let read = try GroundTruth.read(
                    video: media.video, audio: media.audio, as: clip,
                    sampleRate: sizes.mel.sampleRate)
                fit.add(read.video, read.audio)
                report(index + 1, items.count)
            }
            let path = "\(model.path)/codec.safetensors"
            try SafetensorsFile.write(fit.tensors(), to: path)
            return path
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError("\(error)")
        }
    }
}

extension ModelFolder {
    /// Opens the model that a training file in `folder` names.
    init(of settings: TrainingFile, in folder: String) throws(TrainingError) {
        let path = settings.model
        do throws(ModelError) {
            try self.init(path: path.hasPrefix("/") ? path : "\(folder)/\(path)")
        } catch {
            throw TrainingError("\(error)")
        }
    }
}
