import ArgumentParser
import Console
import Media

struct MediaCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media", abstract: "Look at and convert clips.",
        subcommands: [MediaShow.self, MediaConvert.self])
}

struct MediaShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Decode a clip and show what is in it.",
        discussion: """
            EXAMPLES
              duet media show clip.mp4
              duet media show clip.mp4 --sheet clip.png
              duet media show clip.mp4 -o json
            """)

    @OptionGroup var format: AnswerOptions

    @Argument(help: "The file: MP4, MKV, WebM, AVI, WAV, FLAC, …", completion: .file())
    var file: String

    @Option(
        help: "Also draw pictures, waveform and spectrogram over time to this PNG file.",
        completion: .file(extensions: ["png"]))
    var sheet: String?

    func run() throws {
        try withMediaFailures {
            var reader = try MediaReader(file)
            while try reader.next() != nil {}
            let report = MediaReport(file, reader.description, reader.tally)
            if !format.print(report.value, name: "file") {
                Terminal.write(report.text(Paint(for: Terminal.output)))
            }
            guard let sheet else { return }
            let seconds = max(reader.tally.pictureEnd, reader.tally.sampleEnd)
            try ContactSheet.draw(file, seconds: seconds).writePNG(sheet)
        }
    }
}

struct MediaConvert: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a clip in another form, as its name ends.",
        usage: "duet media convert <input> <output> [<options>]",
        discussion: """
            .mp4 is H.264 and AAC; .mkv is FFV1 and FLAC, without loss; .wav and .flac have 16 \
            bits. Pictures of another shape cover the size and lose what stands out (--fit).

            EXAMPLES
              duet media convert clip.webm clip.mp4 --fps 16 --size 832x480
              duet media convert clip.mp4 clip.wav --rate 16000 --channels 1
            """)

    @Argument(help: "The file to read.", completion: .file())
    var input: String

    @Argument(
        help: "The file to write: .mp4, .mkv, .wav or .flac.",
        completion: .file(extensions: ["mp4", "mkv", "wav", "flac"]))
    var output: String

    @Option(
        help: "Pictures in a second, such as 16 or 30000/1001.",
        transform: parsed({ Rate(text: $0) }, "16 or 30000/1001"))
    var fps: Rate?

    @Option(
        help: "Width and height, such as 832x480.",
        transform: parsed({ PictureSize(text: $0) }, "832x480"))
    var size: PictureSize?

    @Option(
        help: "How another shape fills the size: cover (unless told), contain or stretch.",
        transform: parsed({ PictureFit(rawValue: $0) }, "cover, contain or stretch"))
    var fit = PictureFit.cover

    @Option(help: "Samples in a second, such as 16000.")
    var rate: Int?

    @Option(help: "One or two channels.")
    var channels: Int?

    func run() throws {
        try withMediaFailures {
            var request = MediaRequest(
                rate: fps, size: size, fit: fit, sampleRate: rate, channels: channels)
            let ending = output.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if let container = MediaContainer(rawValue: ending) {
                try convert(to: container, request)
            } else if let format = ["wav": SoundFormat.wav16, "flac": .flac16][ending] {
                request.wantsVideo = false
                try convert(to: format, request)
            } else {
                throw Failure.usage(
                    "\(output): Duet writes .mp4, .mkv, .wav and .flac; choose one of them")
            }
        }
    }

    private func convert(to container: MediaContainer, _ request: MediaRequest) throws {
        var reader = try MediaReader(input, as: request)
        var writer = try MediaWriter(
            output, container, video: reader.videoFormat, audio: reader.audioFormat)
        while let piece = try reader.next() {
            switch piece {
            case .picture(let picture): try writer.append(picture)
            case .samples(let samples): try writer.append(samples)
            }
        }
        try writer.finish()
    }

    private func convert(to format: SoundFormat, _ request: MediaRequest) throws {
        var reader = try MediaReader(input, as: request)
        guard let sound = reader.audioFormat else { return }
        var writer = try SoundWriter(output, format, sound)
        while case .samples(let samples)? = try reader.next() { try writer.append(samples) }
        try writer.finish()
    }
}

/// Reads the value of an option, or says what it should look like.
func parsed<Value>(
    _ read: @escaping @Sendable (String) -> Value?, _ example: String
) -> @Sendable (String) throws -> Value {
    { text in
        guard let value = read(text) else {
            throw ValidationError("write for example \(example)")
        }
        return value
    }
}

/// Gives an error of a media file the exit code of its kind.
func withMediaFailures(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as MediaError {
        switch error.kind {
        case .notFound: throw Failure.notFound(error.description)
        case .invalidRequest: throw Failure.usage(error.description)
        default: throw Failure.work(error.description)
        }
    }
}
