import CSndFile

/// The files of sound alone that Duet writes, without loss.
public enum SoundFormat: String, Sendable, CaseIterable {
    /// WAV with 16 bits.
    case wav16
    /// WAV with 32-bit floats: samples come back bit for bit.
    case wavFloat
    /// FLAC with 16 bits.
    case flac16
    /// FLAC with 24 bits.
    case flac24

    var code: Int32 {
        let parts =
            switch self {
            case .wav16: (SF_FORMAT_WAV, SF_FORMAT_PCM_16)
            case .wavFloat: (SF_FORMAT_WAV, SF_FORMAT_FLOAT)
            case .flac16: (SF_FORMAT_FLAC, SF_FORMAT_PCM_16)
            case .flac24: (SF_FORMAT_FLAC, SF_FORMAT_PCM_24)
            }
        return Int32(bitPattern: UInt32(parts.0) | UInt32(parts.1))
    }
}

/// Writes samples to a WAV or FLAC file that appears when it is finished.
@safe public struct SoundWriter: ~Copyable {
    private let file: AtomicFile
    private let format: SoundFormat
    private var handle: OpaquePointer?

    /// Begins a file.
    public init(
        _ path: String, _ format: SoundFormat, _ sound: AudioFormat
    ) throws(MediaError) {
        let file = AtomicFile(path)
        var info = SF_INFO()
        info.samplerate = Int32(clamping: sound.sampleRate)
        info.channels = Int32(clamping: sound.channels)
        info.format = format.code
        guard unsafe sf_format_check(&info) == 1 else {
            throw MediaError(
                .invalidRequest, path,
                "\(format) takes no \(sound.channels) channels at \(sound.sampleRate) Hz",
                advice: "use WAV, or fewer channels")
        }
        guard let handle = unsafe sf_open(file.temporary, Int32(SFM_WRITE), &info) else {
            throw file.failure()
        }
        // The peak chunk holds the time of day, and bytes shall depend on samples alone.
        _ = unsafe sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
        self.file = file
        self.format = format
        unsafe self.handle = unsafe handle
    }

    deinit {
        if let handle = unsafe handle { unsafe sf_close(handle) }
    }

    /// Adds samples, [moments][channels].
    public mutating func append(_ samples: [Float]) throws(MediaError) {
        let count = sf_count_t(samples.count)
        let written =
            switch format {
            case .wavFloat: unsafe sf_write_float(handle, samples, count)
            case .wav16, .flac16:
                unsafe sf_write_short(
                    handle, samples.map { Int16(quantised($0, bits: 16)) }, count)
            case .flac24:
                unsafe sf_write_int(handle, samples.map { quantised($0, bits: 24) << 8 }, count)
            }
        guard written == count else { throw file.failure() }
    }

    /// Writes the rest and puts the file in its place.
    public consuming func finish() throws(MediaError) {
        unsafe sf_close(handle)
        unsafe handle = nil
        try file.commit()
    }
}

extension AudioClip {
    /// Writes the clip to a WAV or FLAC file.
    public func write(_ path: String, _ format: SoundFormat) throws(MediaError) {
        var writer = try SoundWriter(
            path, format, AudioFormat(sampleRate: sampleRate, channels: channels))
        try writer.append(samples)
        try writer.finish()
    }
}
