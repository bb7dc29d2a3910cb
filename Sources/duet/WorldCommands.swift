import Words
public import ArgumentParser
import Console
import Media
public import Worlds

struct WorldCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "world", abstract: "Small simulated worlds: their clips and their rewards.",
        subcommands: [WorldBounce.self, WorldRewards.self, WorldCheck.self, WorldModelCheck.self])
}

struct WorldBounce: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounce",
        abstract: "Simulate clips of a shape that bounces and sounds at each impact.",
        usage: "duet world bounce --count <count> --output <folder> [<options>]",
        discussion: """
            A clip lasts two seconds. Its prompt says what bounces, how often, and what it sounds \
            like: a small red circle bounces twice with a low bell sound. There are 972 prompts in \
            four splits that share none: base (500), preference (252), tuning (100) and evaluation \
            (120). --count clips are made of each split, its prompts one after the other and then \
            from the first one again.

            The folder gets the clips and, for each split, a prompts file that a campaign can read \
            with columns: {reference_video: reference_video}; with mp4 also reference_audio: \
            reference_audio. The same options give the same files.

            EXAMPLES
              duet world bounce --count 12 -o clips
              duet world bounce --count 500 --split base --split preference -o clips
              duet world bounce --count 3 --split evaluation --size 256x512 --form mp4 \\
                -o look
            """)

    @Option(help: "How many clips of each split.")
    var count: Int

    @Option(
        name: .shortAndLong, help: "The folder for clips and prompts files.",
        completion: .directory)
    var output: String

    @Option(help: "Only this split; may be given several times.")
    var split: [BounceSplit] = []

    @Option(help: "What decides everything that the prompts leave open.")
    var seed: UInt64 = 0

    @Option(
        help: "Width and height, of the shape 1 : 2; 128x256 unless told.",
        transform: parsed({ PictureSize(text: $0) }, "128x256"))
    var size = PictureSize(width: 128, height: 256)

    @Option(
        help: "Pictures in a second; 24 unless told.",
        transform: parsed({ Rate(text: $0) }, "24"))
    var fps = Rate(24)

    @Option(help: "mkv: one file without loss; mp4: H.264 and AAC, with the sound as WAV besides.")
    var form = BounceFolder.Form.mkv

    func validate() throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--count \(count): write from 1 to 1000000.")
        }
        guard size.height == 2 * size.width, (16...2048).contains(size.width),
            size.width.isMultiple(of: 2)
        else {
            throw ValidationError(
                "--size \(size): write an even width from 16 to 2048, and twice that as height.")
        }
        guard let fps, (1...240).contains(fps.perSecond) else {
            throw ValidationError("--fps: write from 1 to 240.")
        }
    }

    func run() throws {
        guard let fps else { return }
        let folder = BounceFolder(path: output, size: size, rate: fps, form: form, seed: seed)
        let splits = BounceSplit.allCases.filter { split.isEmpty || split.contains($0) }
        var bars = StageBars(splits.map { ($0.rawValue, count) })
        for (index, split) in splits.enumerated() {
            do throws(BounceFolderError) {
                try folder.write(split, count: count) { bars.advance(index) }
            } catch {
                throw Failure.work(error.description)
            }
        }
        bars.end()
        let names = splits.map { "\(output)/\($0.rawValue).csv" }.joined(separator: ", ")
        say("\(counted(count * splits.count, "clip")) in \(output)/clips; prompts in \(names)")
    }
}

extension BounceSplit: ExpressibleByArgument {}
extension BounceFolder.Form: ExpressibleByArgument {}
extension BounceRewardTraining.Part: ExpressibleByArgument {}
