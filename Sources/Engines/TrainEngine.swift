import Artifacts
import Campaigns
public import EngineHost
import Foundation
import Generation
import Linux
import Tensors
import Training

/// Trains adapters over the models of a shelf.
///
/// Checkpoints are artifacts, and links to them lie in a folder that all attempts of a task share,
/// so an attempt goes on where the one before it ended, whichever worker that ran on. Asked to end,
/// it takes no further step, writes a checkpoint and gives up.
public struct TrainEngine: EmbeddedEngine {
    private let shelf: ModelShelf
    private let version: String

    /// Takes the models of a shelf, and the program's version for the reports.
    public init(_ shelf: ModelShelf, version: String) {
        (self.shelf, self.version) = (shelf, version)
    }

    /// The name under which trainers elsewhere are started, for models that this worker lacks.
    public static let launching = "launch"

    /// Training under each name of each model, and starting other trainers.
    public var provides: [EngineHello.Entry] {
        let trained = shelf.names.compactMap { name in
            (try? shelf.model(name)).map { model in
                EngineHello.Entry(
                    kind: "train", name: name, version: String(model.hash.prefix(12)))
            }
        }
        return trained + [EngineHello.Entry(kind: "train", name: Self.launching)]
    }

    /// Does nothing: a training maps its model's weights itself.
    public mutating func load(_ model: String) {}

    /// Does nothing: a training lets go of its model when it ends.
    public mutating func unload(_ model: String) {}

    /// Trains to the end, and answers with the adapter, the last checkpoint, the report, the curve
    /// and its picture.
    public mutating func run(
        _ task: EngineTask, progress: EngineProgressReport
    ) throws -> EngineAnswer {
        let params = try TrainParams(task.params)
        var settings = params.settings
        if let adapter = params.adapter { settings.weights.adapter = try adapter.file().path }
        if let launch = params.launch {
            let model =
                (try? shelf.model(task.name)) ?? (try? shelf.model(params.settings.model))
            return try LaunchedTraining(
                launch: launch, settings: settings, folder: params.checkpoints,
                model: model?.folder
            ).run(task, progress: progress)
        }
        settings.model = try shelf.model(task.name).folder.path
        settings.output = params.checkpoints
        // One file that says its alpha itself and has the factors as they were trained.
        settings.export = [.comfyui]
        let termination = Termination()
        let outcome: TrainingRun.Outcome?
        do throws(TrainingError) {
            // One training keeps a whole node busy; it is the same on any number of threads.
            let run = try TrainingRun(
                settings, folder: params.checkpoints, version: version,
                artifacts: params.artifacts.map(ArtifactFolder.init(root:)))
            outcome = try Team.with(threads: Machine.usableProcessors) {
                () throws(TrainingError) in
                try run.run(shouldStop: { termination.isAsked }) { report($0, progress) }
            }
        } catch {
            throw EngineFault(error.description, retryable: error.isRetryable)
        }
        guard let outcome, !termination.isAsked else { throw EngineStop() }
        return try answer(task, outcome, from: params.checkpoints)
    }

    private func answer(
        _ task: EngineTask, _ outcome: TrainingRun.Outcome, from output: String
    ) throws -> EngineAnswer {
        let files: [(EngineMedia.Role, String, String)] = [
            (.adapter, outcome.result, "adapter.safetensors"),
            (.report, "\(output)/training.json", "training.json"),
            (.curve, "\(output)/curve.jsonl", "curve.jsonl"),
            (.picture, "\(output)/curve.svg", "curve.svg"),
        ]
        do {
            let copies = try files.map { role, path, name in
                let target = "\(task.folder)/\(name)"
                // What is in the result is moved away, and another attempt may need these.
                try FileManager.default.copyItem(atPath: path, toPath: target)
                return EngineMedia(role: role, path: target)
            }
            let checkpoint = outcome.checkpoint.map { EngineMedia(role: .checkpoint, path: $0) }
            return .media(copies + [checkpoint].compactMap(\.self))
        } catch {
            throw EngineFault("\(error.localizedDescription)", retryable: true)
        }
    }

    private func report(_ event: TrainingRun.Event, _ progress: EngineProgressReport) {
        switch event {
        case .waiting(let pid):
            let who = pid.map { "process \($0)" } ?? "another process"
            progress(0, "waiting for \(who), which trains the same")
        case .encoded(let done, let total): progress(0, "latents of \(done) of \(total)")
        case .resumed(let step): progress(0, "going on from step \(step)")
        case .step(let record, let total):
            let loss = record["loss"].map { ", loss \(Float($0))" } ?? ""
            progress(
                Double(record.step) / Double(total), "step \(record.step) of \(total)\(loss)")
        case .checkpoint: break
        }
    }
}

/// What a `train` task says.
struct TrainParams {
    /// The training, whose paths are absolute.
    var settings: TrainingFile
    /// The folder that all attempts of the task share.
    var checkpoints: String
    /// Where the checkpoints themselves go; nil leaves them in that folder.
    var artifacts: String?
    /// The adapter it begins with, in place of the document's.
    var adapter: AdapterName?
    /// The trainer to start in place of the one that is built in.
    var launch: Round.Launch?

    private static let keys = ["adapter", "artifacts", "checkpoints", "document", "launch"]

    init(_ params: [String: JSONValue]) throws(EngineFault) {
        if let unknown = params.keys.filter({ !Self.keys.contains($0) }).min() {
            throw EngineFault(
                "there is no param \(unknown); there are " + Self.keys.joined(separator: ", "))
        }
        guard case .string(let document) = params["document"] else {
            throw EngineFault("the param document is missing; it is a training file's text")
        }
        guard case .string(let folder) = params["checkpoints"], folder.hasPrefix("/") else {
            throw EngineFault("the param checkpoints is missing; it is a folder's absolute path")
        }
        settings = try Self.training(document)
        checkpoints = folder
        if case .string(let root) = params["artifacts"] { artifacts = root }
        if case .string(let name) = params["adapter"] { adapter = try AdapterName(name) }
        if case .string(let json) = params["launch"] { launch = try Round.Launch.read(json: json) }
    }

    private static func training(_ document: String) throws(EngineFault) -> TrainingFile {
        let documents: [FileDocument]
        do throws(CampaignFileError) {
            documents = try CampaignFile.documents(of: document, file: "document")
        } catch {
            throw EngineFault(error.description)
        }
        guard documents.count == 1, let training = documents[0].training else {
            throw EngineFault("the param document holds no single document of kind: Training")
        }
        guard training.weights.type == .lora else {
            throw EngineFault(
                "weights.type full makes a model, and a train task makes an adapter; set it to "
                    + "lora, or run the training with `duet train`")
        }
        let sources = (training.data + training.heldOut).map(\.file)
        for file in sources + [training.texts].compactMap(\.self) where !file.hasPrefix("/") {
            throw EngineFault("\(file): the files of a train task need absolute paths")
        }
        return training
    }
}
