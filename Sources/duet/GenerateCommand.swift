import ArgumentParser
import Campaigns
import Console
import Foundation
import Generation
import Linux
import Tensors
import Words

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make clips with a model, here and now.",
        usage: "duet generate --model DIR --prompt TEXT --output DIR [<options>]",
        discussion: """
            The same prompt, seed, model and settings make the same clip to the bit, on any number \
            of threads. What is there already is not made again. Settings that are not given are \
            the model's own; `duet model show` prints them.

            EXAMPLES
              duet generate --model models/bounce --seed 7 -o out \\
                --prompt "a small red circle bounces twice with a low bell sound"
              duet generate --model models/bounce --prompts prompts.csv -o out \\
                --candidates 3
              duet generate --model models/bounce --prompts prompts.csv -o out \\
                --solver unipc --steps 10 --guidance 4@0.2-0.9 --media mkv,latents
              duet generate --model models/bounce --adapter runs/round/adapter \\
                --seed 7 -o tuned \\
                --prompt "a small red circle bounces twice with a low bell sound"
            """)

    @Option(help: "The model's folder.", completion: .directory)
    var model: String

    @Option(help: "An adapter over the model, in any form.", completion: .file())
    var adapter: String?

    @Option(help: "The text to answer.")
    var prompt: [String] = []

    @Option(help: "A file of prompts: csv, jsonl or txt.", completion: .file())
    var prompts: String?

    @Option(
        help: """
            With --prompt the candidate's own seed; with --prompts the campaign's, of which each \
            candidate's own is made as in a campaign.
            """)
    var seed: UInt64 = 0

    @Option(help: "Candidates for each prompt of the file.")
    var candidates = 1

    @OptionGroup(title: "Sampler") var sampler: SamplerOptions

    @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
    var output: String

    @Option(help: "What to write, of mp4, mkv, wav and latents.")
    var media = "mp4,latents"

    @Option(help: "Candidates that are made side by side.")
    var batch = 1

    @Option(help: "Threads; by default one for each processor.")
    var threads: Int?

    @Flag(help: "Replace what is there from other settings.")
    var force = false

    func validate() throws {
        guard prompt.isEmpty != (prompts == nil) else {
            throw ValidationError("give either --prompt or --prompts")
        }
        guard prompt.count <= 1 else {
            throw ValidationError(
                "--prompt is given \(prompt.count) times; write the texts to a file, one in a "
                    + "line, and give it with --prompts")
        }
        guard prompts != nil || candidates == 1 else {
            throw ValidationError("--candidates is for --prompts; give --prompt other seeds")
        }
        guard candidates > 0, batch > 0, threads ?? 1 > 0 else {
            throw ValidationError("--candidates, --batch and --threads must be above 0")
        }
    }

    func run() throws {
        guard let files = CandidateFile.list(media) else {
            throw Failure.usage(
                "--media \(media): list some of mp4, mkv, wav and latents, such as mp4,latents")
        }
        try withModelFailures {
            let folder = try ModelFolder(path: model)
            var settings = GenerationSettings(
                clip: folder.description.clip, sampler: folder.description.sampler)
            sampler.change(&settings)
            let over = try adapter.map { path throws in try AdapterFile(path: path) }
            let generator = try Generator(
                folder, precision: settings.sampler.precision, adapter: over)
            try FileManager.default.createDirectory(
                atPath: output, withIntermediateDirectories: true)
            let writing = GeneratedFiles(
                folder: output, kinds: files, generator: generator, settings: settings,
                replaces: force)
            let orders = try orders()
            let wanted = try orders.filter { try !writing.isThere($0) }
            if wanted.count < orders.count {
                let there = counted(orders.count - wanted.count, "candidate")
                remark("\(there) of \(orders.count) there already")
            }
            try Team.with(threads: threads ?? Machine.usableProcessors) {
                try make(wanted, writing)
            }
        }
    }

    /// On a terminal the steps of one candidate or a bar for many is shown while they are made,
    /// and a line about each when they are there.
    private func make(
        _ wanted: [GeneratedFiles.Named], _ writing: GeneratedFiles
    ) throws {
        let isLive = Terminal.isTerminal(Terminal.error)
        var bars = StageBars([("candidates", wanted.count)])
        var lines: [String] = []
        defer {
            if isLive, wanted.count == 1 { Terminal.write("\r\u{1b}[K", to: Terminal.error) }
            for line in lines { say(line) }
        }
        for start in stride(from: 0, to: wanted.count, by: batch) {
            let part = Array(wanted[start..<min(start + batch, wanted.count)])
            let made = try writing.make(part) { _, note in
                guard isLive, wanted.count == 1 else { return }
                Terminal.write("\r\(note) \u{1b}[K", to: Terminal.error)
            }
            guard isLive else {
                for line in made { say(line) }
                continue
            }
            lines += made
            if wanted.count > 1 { for _ in part { bars.advance(0) } }
        }
        if wanted.count > 1 { bars.end() }
    }

    /// The candidates that are asked for, and what their files are called.
    private func orders() throws -> [GeneratedFiles.Named] {
        if let prompt = prompt.first {
            return [.init(name: "clip-\(seed)", order: .init(text: prompt, seed: seed))]
        }
        let file = prompts ?? ""
        let campaign = Campaign(
            name: "prompts", prompts: .init(source: file), generate: .init(model: "none"),
            score: .init(rewards: []))
        do throws(CampaignFileError) {
            return try PromptFile.read(for: campaign, folder: ".").flatMap { prompt in
                (0..<candidates).map { ordinal in
                    let own = candidateSeed(
                        campaignSeed: seed, promptKey: prompt.key, ordinal: ordinal)
                    return .init(
                        name: "\(fileName(prompt.key))-\(ordinal)",
                        order: .init(text: prompt.text, seed: own))
                }
            }
        } catch {
            throw Failure.usage("\(error)")
        }
    }

    /// A prompt's key as part of a file's name.
    private func fileName(_ key: String) -> String {
        String(key.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? $0 : "_" })
    }
}

/// Gives an error of a model the exit code of its kind.
func withModelFailures(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ModelError {
        switch error.kind {
        case .notFound: throw Failure.notFound(error.description)
        case .unsuited: throw Failure.usage(error.description)
        case .broken: throw Failure.work(error.description)
        }
    } catch let error as Failure {
        throw error
    } catch {
        throw Failure.work("\(error)")
    }
}
