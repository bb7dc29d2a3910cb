import Glibc

/// A clip at a glance: pictures above, waveform and spectrogram below, all over one time axis.
///
/// A picture stands where its time is: each fills one slot of the axis and shows the middle of it.
public struct ContactSheet: Sendable {
    /// The width of everything that follows the time axis, in pixels.
    private static let width = 1200
    private static let left = 48
    private static let right = 16
    private static let gap = 8
    private static let waveHeight = 96
    private static let spectrumHeight = 192
    private static let background = Colour(18, 18, 20)
    private static let panel = Colour(30, 30, 34)
    private static let ink = Colour(170, 170, 178)
    private static let wave = Colour(110, 190, 255)

    /// The size of one picture.
    private let pictureSize: PictureSize
    private let pictureCount: Int
    /// The length of the time axis in seconds.
    private let seconds: Double

    private init(of shown: PictureSize?, seconds: Double) {
        self.seconds = seconds
        guard let shown else {
            (pictureSize, pictureCount) = (PictureSize(width: 0, height: 0), 0)
            return
        }
        // As many as make pictures about 120 pixels high, within 3 and 16.
        let aspect = Double(shown.width) / Double(shown.height)
        pictureCount = min(max(Int((Double(Self.width) / (120 * aspect)).rounded()), 3), 16)
        let width = Self.width / pictureCount - 4
        let height = min(max(Int((Double(width) / aspect).rounded()), 8), 320)
        pictureSize = PictureSize(width: width, height: height)
    }

    /// Returns how long a file plays, in seconds; decodes it.
    public static func seconds(
        of path: String, limits: MediaLimits = MediaLimits()
    ) throws(MediaError) -> Double {
        var whole = MediaRequest(sampleRate: 16000, channels: 1)
        whole.limits = limits
        var reader = try MediaReader(path, as: whole)
        while try reader.next() != nil {}
        return max(reader.tally.pictureEnd, reader.tally.sampleEnd)
    }

    /// Decodes a file and draws its sheet, with the sound of another file where one is given.
    ///
    /// The file is decoded twice: first to learn how long it is, unless `seconds` says so.
    public static func draw(
        _ path: String, sound: String? = nil, seconds: Double? = nil,
        limits: MediaLimits = MediaLimits()
    ) throws(MediaError) -> Picture {
        var whole = MediaRequest(sampleRate: 16000, channels: 1)
        whole.limits = limits
        let length: Double
        if let seconds {
            length = seconds
        } else {
            length = try self.seconds(of: path, limits: limits)
        }
        let reader = try MediaReader(path, as: whole)
        let sheet = ContactSheet(of: reader.description.video?.size, seconds: max(length, 0.001))
        var request = whole
        if sheet.pictureCount > 0 {
            // One picture for each slot: so many pictures in so many parts of a second.
            let parts = sheet.seconds > 1000 ? 1000.0 : 1e6
            request.rate = Rate(
                sheet.pictureCount * Int(parts), Int((sheet.seconds * parts).rounded(.up)))
            request.size = sheet.pictureSize
            request.fit = .contain
        }
        var clip = try MediaClip.read(path, as: request)
        if let sound {
            whole.wantsVideo = false
            clip.audio = try MediaClip.read(sound, as: whole).audio
        }
        return sheet.draw(clip)
    }

    private func draw(_ clip: MediaClip) -> Picture {
        let strip = pictureCount > 0 ? pictureSize.height + Self.gap : 0
        let sound = clip.audio == nil ? 0 : Self.waveHeight + Self.spectrumHeight + 2 * Self.gap
        let axis = Self.gap + strip + sound
        var sheet = Picture(
            size: PictureSize(width: Self.left + Self.width + Self.right, height: axis + 24),
            red: Self.background.red, green: Self.background.green, blue: Self.background.blue)
        if let video = clip.video { drawPictures(video, on: &sheet) }
        if let audio = clip.audio {
            let top = Self.gap + strip
            drawWave(audio, top: top, on: &sheet)
            drawSpectrum(audio, top: top + Self.waveHeight + Self.gap, on: &sheet)
        }
        drawAxis(top: axis, on: &sheet)
        return sheet
    }

    private func drawPictures(_ video: VideoClip, on sheet: inout Picture) {
        let slot = Self.width / pictureCount
        for index in 0..<min(pictureCount, video.count) {
            sheet.place(video[index], left: Self.left + index * slot + 2, top: Self.gap)
        }
    }

    /// The smallest and the largest sample under each column of pixels.
    private func drawWave(_ audio: AudioClip, top: Int, on sheet: inout Picture) {
        let columns = Self.left..<Self.left + Self.width
        sheet.fill(columns, top..<top + Self.waveHeight, Self.panel)
        let middle = top + Self.waveHeight / 2
        let reach = Float(Self.waveHeight / 2 - 2)
        for column in 0..<Self.width {
            let range = samples(of: audio, column: column)
            guard let low = range.min(), let high = range.max() else { continue }
            let rows = [high, low].map { middle - Int((min(max($0, -1), 1) * reach).rounded()) }
            sheet.fill(
                Self.left + column..<Self.left + column + 1, rows[0]..<rows[1] + 1, Self.wave)
        }
        sheet.write("1", x: Self.left - 12, y: top, Self.ink)
        sheet.write("0", x: Self.left - 12, y: middle - 3, Self.ink)
        sheet.write("-1", x: Self.left - 16, y: top + Self.waveHeight - 8, Self.ink)
    }

    private func samples(of audio: AudioClip, column: Int) -> ArraySlice<Float> {
        let scale = seconds * Double(audio.sampleRate) / Double(Self.width)
        let start = min(Int(Double(column) * scale), audio.count)
        let end = min(max(Int(Double(column + 1) * scale), start + 1), audio.count)
        return audio.samples[start..<end]
    }

    /// Loudness over 80 dB below the loudest point, frequency linear from 0 to 8 kHz.
    private func drawSpectrum(_ audio: AudioClip, top: Int, on sheet: inout Picture) {
        let rows = top..<top + Self.spectrumHeight
        sheet.fill(Self.left..<Self.left + Self.width, rows, Self.panel)
        let step = seconds * Double(audio.sampleRate) / Double(Self.width)
        let stft = STFT(fftSize: 512, hop: max(64, Int(step)))
        let spectrum = stft.forward(audio.samples)
        let magnitude = spectrum.magnitude
        let loudest = max(magnitude.max() ?? 0, 1e-6)
        for column in 0..<Self.width {
            let frame = Int(Double(column) * step / Double(stft.hop))
            guard frame < spectrum.frames else { break }
            for row in 0..<Self.spectrumHeight {
                let bin = (Self.spectrumHeight - 1 - row) * (stft.bins - 1) / Self.spectrumHeight
                let level = magnitude[frame * stft.bins + bin] / loudest
                let decibels = 20 * log10(max(level, 1e-4))
                sheet.paint(
                    x: Self.left + column, y: top + row, heat(Double(decibels) / 80 + 1))
            }
        }
        sheet.write("8 kHz", x: Self.left - 34, y: top, Self.ink)
        sheet.write("4", x: Self.left - 34, y: top + Self.spectrumHeight / 2 - 3, Self.ink)
        sheet.write("0", x: Self.left - 34, y: top + Self.spectrumHeight - 8, Self.ink)
    }

    private func drawAxis(top: Int, on sheet: inout Picture) {
        sheet.fill(Self.left..<Self.left + Self.width, top..<top + 1, Self.ink)
        let step = tickSeconds(seconds)
        for number in 0...Int(seconds / step) {
            let time = Double(number) * step
            let x = Self.left + Int((time / seconds * Double(Self.width)).rounded())
            sheet.fill(x..<x + 1, top..<top + 5, Self.ink)
            let text = label(time, step: step)
            sheet.write(text, x: x - Picture.width(of: text) / 2, y: top + 9, Self.ink)
        }
    }
}

/// Returns 1, 2 or 5 times a power of ten such that an axis has from 5 to 12 ticks.
func tickSeconds(_ seconds: Double) -> Double {
    let rough = pow(10, log10(seconds / 10).rounded(.down))
    return [1, 2, 5, 10].map { $0 * rough }.first { seconds / $0 <= 12 } ?? seconds
}

/// Writes a time with as many decimals as its ticks need.
private func label(_ time: Double, step: Double) -> String {
    var decimals = 0
    while decimals < 6, step * pow(10, Double(decimals)) < 0.999 { decimals += 1 }
    let scale = Int(pow(10, Double(decimals)))
    let value = Int((time * Double(scale)).rounded())
    guard decimals > 0 else { return "\(value) s" }
    let fraction = String(value % scale)
    let zeros = String(repeating: "0", count: decimals - fraction.count)
    return "\(value / scale).\(zeros)\(fraction) s"
}

/// Returns the colour of a value from 0 (black) over violet and orange to 1 (pale yellow).
private func heat(_ value: Double) -> Colour {
    let stops: [(Double, Double, Double)] = [
        (12, 10, 30), (70, 15, 100), (165, 45, 95), (235, 105, 40), (250, 190, 50), (252, 250, 190),
    ]
    let place = min(max(value, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), stops.count - 2)
    let share = place - Double(index)
    let (a, b) = (stops[index], stops[index + 1])
    func blend(_ x: Double, _ y: Double) -> UInt8 { UInt8((x + (y - x) * share).rounded()) }
    return Colour(blend(a.0, b.0), blend(a.1, b.1), blend(a.2, b.2))
}
