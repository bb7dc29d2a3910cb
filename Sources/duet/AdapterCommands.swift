import Words
public import ArgumentParser
import Console
import Foundation
import Generation
import Models
import Tensors
import Training
import Wire

struct AdapterCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Look at, convert and merge low-rank adapters.",
        discussion: """
            An adapter is a PEFT folder, or a safetensors file as diffusers, ComfyUI or kohya \
            write it. All verbs take any of them.
            """,
        subcommands: [
            AdapterList.self, AdapterShow.self, AdapterLintCommand.self, AdapterConvert.self,
            AdapterMerge.self,
            AdapterDiff.self,
        ])
}

struct AdapterList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the adapters that rounds have trained.",
        usage: "duet adapter list [<options>]",
        discussion: """
            EXAMPLES
              duet adapter list
              duet adapter list --filter 'is_in_use=true' -o json
            """)

    @OptionGroup var address: CoordinatorAddress
    @OptionGroup var format: OutputOptions
    @OptionGroup var options: ListOptions

    func run() throws {
        var client = try Client(address.endpoint)
        try list(
            try format.layout(Columns.adapters, identity: "sha256", name: "round"), options,
            empty: "No round has trained an adapter yet."
        ) {
            try client.value(.adapters).list
        }
    }
}

/// The adapter at a path, or why there is none.
private func adapter(_ path: String) throws -> Adapter {
    do throws(AdapterError) {
        return try Adapter(path: path)
    } catch {
        throw FileManager.default.fileExists(atPath: path)
            ? Failure.work(error.description) : Failure.notFound(error.description)
    }
}

private func model(_ path: String) throws -> ModelFolder {
    do throws(ModelError) {
        return try ModelFolder(path: path)
    } catch {
        throw error.kind == .notFound
            ? Failure.notFound(error.description) : Failure.work(error.description)
    }
}

struct AdapterShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show which maps an adapter adds to, and how strongly.",
        discussion: """
            EXAMPLES
              duet adapter show runs/round/adapter
              duet adapter show pytorch_lora_weights.safetensors
            """)

    @Argument(help: "The adapter.", completion: .file())
    var path: String

    func run() throws {
        let adapter = try adapter(path)
        let modules = adapter.modules.sorted { $0.key < $1.key }
        let ranks = Set(modules.map(\.value.rank)).sorted().map(String.init)
        let scales = Set(modules.map(\.value.scale)).sorted().map { decimals($0, 4) }
        let numbers = modules.reduce(0) { $0 + $1.value.down.count + $1.value.up.count }
        say("base model  \(adapter.baseModel ?? "not said")")
        say(
            "maps        \(counted(modules.count, "map")): "
                + adapter.targets.joined(separator: ", ")
        )
        say("rank        \(ranks.joined(separator: ", "))")
        say("scale       \(scales.joined(separator: ", "))")
        say("dropout     \(decimals(adapter.dropout, 4))")
        say("numbers     \(grouped(numbers))")
        for (name, module) in modules {
            let norm = module.update.squareSum().squareRoot()
            say("  \(name)  rank \(module.rank)  scale \(decimals(module.scale, 4))  norm \(norm)")
        }
    }
}

struct AdapterLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Say what is doubtful about an adapter.",
        discussion: """
            Ends with 0 when nothing is and with 1 when something is.

            EXAMPLES
              duet adapter lint downloaded.safetensors --model models/bounce
            """)

    @Argument(help: "The adapter.", completion: .file())
    var path: String

    @Option(name: .customLong("model"), help: "The model it is for.", completion: .directory)
    var modelPath: String?

    func run() throws {
        let configuration = try modelPath.map { try model($0).configuration(precision: .float32) }
        let problems = AdapterLint.problems(try adapter(path), for: configuration)
        for problem in problems { say("\(path): \(problem)") }
        guard problems.isEmpty else { throw ExitCode(1) }
        say("\(path): nothing doubtful")
    }
}

struct AdapterConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write an adapter in another form.",
        discussion: """
            peft is a folder; diffusers, comfyui and kohya are one file in the folder. Alphas are \
            written where the form has them, and counted into the factors where it has not.

            EXAMPLES
              duet adapter convert runs/round/adapter --to comfyui -o for-comfyui
            """)

    @Argument(help: "The adapter.", completion: .file())
    var path: String

    @Option(help: "peft, diffusers, comfyui or kohya.")
    var to: AdapterForm

    @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
    var output: String

    func run() throws {
        let adapter = try adapter(path)
        do throws(AdapterError) {
            say(try adapter.write(to, to: output))
        } catch {
            throw Failure.work(error.description)
        }
    }
}

struct AdapterMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "Write a model with an adapter counted into its weights.",
        discussion: """
            EXAMPLES
              duet adapter merge runs/round/adapter --model models/bounce -o models/bounce-1
            """)

    @Argument(help: "The adapter.", completion: .file())
    var path: String

    @Option(name: .customLong("model"), help: "The model's folder.", completion: .directory)
    var modelPath: String

    @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
    var output: String

    func run() throws {
        let adapter = try adapter(path)
        let model = try model(modelPath)
        do {
            let codec = try model.codecWeights()
            let tensors = Dictionary(
                uniqueKeysWithValues: codec.names.compactMap { name in
                    codec[name].map { (name, $0) }
                })
            try ModelFolder.write(
                model.description, transformer: adapter.merged(into: model.transformerWeights()),
                codec: tensors, vocabulary: model.vocabulary, to: output)
        } catch {
            throw Failure.work("\(error)")
        }
        say(output)
    }
}

struct AdapterDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare what two adapters add, map by map.",
        discussion: """
            Whole updates are compared, so that two forms of one adapter are equal. Ends with 0 \
            when no map differs by more than --tolerance of its update and with 1 when one does.

            EXAMPLES
              duet adapter diff runs/round/adapter for-comfyui/comfyui.safetensors
            """)

    @Argument(help: "An adapter.", completion: .file())
    var first: String

    @Argument(help: "Another.", completion: .file())
    var second: String

    @Option(help: "The share of an update that may differ.")
    var tolerance = 1e-5

    func run() throws {
        let difference = AdapterDifference(try adapter(first), try adapter(second))
        let apart = difference.rows.filter { $0.relative > tolerance }
        for row in apart {
            let norms = [row.norms.0, row.norms.1].map { $0.map { "\(Float($0))" } ?? "none" }
            say("\(row.module)  \(norms[0])  \(norms[1])  differs by \(decimals(row.relative, 6))")
        }
        guard apart.isEmpty else { throw ExitCode(1) }
        say("\(counted(difference.rows.count, "map")), no difference")
    }
}

extension AdapterForm: ExpressibleByArgument {}
