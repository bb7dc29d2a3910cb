import CFFmpeg

/// Codes samples, in frames of the codec's own length however they come.
@safe struct SoundEncoder: ~Copyable {
    let encoder: TrackEncoder
    /// The track's number in the container.
    var track = 0
    private let channels: Int
    private let format: AVSampleFormat
    private let frameSize: Int
    private let path: String
    private var waiting: [Float] = []
    private var sent: Int64 = 0

    /// Prepares.
    init(
        _ codec: EncodingPlan.Codec, _ sound: AudioFormat, path: String, needsGlobalHeader: Bool
    ) throws(MediaError) {
        let format = unsafe av_get_sample_fmt(codec.format)
        encoder = try unsafe TrackEncoder(
            codec, path: path, needsGlobalHeader: needsGlobalHeader
        ) { context in
            unsafe context.pointee.sample_rate = Int32(clamping: sound.sampleRate)
            unsafe context.pointee.sample_fmt = format
            unsafe context.pointee.time_base = AVRational(
                num: 1, den: Int32(clamping: sound.sampleRate))
            unsafe av_channel_layout_default(
                &context.pointee.ch_layout, Int32(clamping: sound.channels))
            // Of 32-bit integers the codec keeps the upper 24, which is what a float holds.
            if format == AV_SAMPLE_FMT_S32 { unsafe context.pointee.bits_per_raw_sample = 24 }
        }
        let size = Int(unsafe encoder.context.pointee.frame_size)
        frameSize = size > 0 ? size : 1024
        channels = sound.channels
        self.format = format
        self.path = path
    }

    /// Takes samples, [moments][channels], and codes the frames that they fill.
    mutating func send(_ samples: [Float], to muxer: borrowing Muxer) throws(MediaError) {
        waiting += samples
        var start = 0
        let length = frameSize * channels
        while waiting.count - start >= length {
            try sendFrame(waiting[start..<start + length])
            try muxer.drain(encoder, track: track)
            start += length
        }
        waiting.removeFirst(start)
    }

    /// Codes what is left and writes what the codec still holds.
    mutating func finish(to muxer: borrowing Muxer) throws(MediaError) {
        if !waiting.isEmpty { try sendFrame(waiting[...]) }
        waiting = []
        try unsafe encoder.send(nil)
        try muxer.drain(encoder, track: track)
    }

    private mutating func sendFrame(_ samples: ArraySlice<Float>) throws(MediaError) {
        var frame = unsafe av_frame_alloc()
        guard let filled = unsafe frame else { fatalError("out of memory") }
        defer { unsafe av_frame_free(&frame) }
        unsafe filled.pointee.nb_samples = Int32(samples.count / channels)
        unsafe filled.pointee.format = format.rawValue
        unsafe filled.pointee.sample_rate = encoder.context.pointee.sample_rate
        _ = unsafe av_channel_layout_copy(
            &filled.pointee.ch_layout, &encoder.context.pointee.ch_layout)
        guard unsafe av_frame_get_buffer(filled, 0) >= 0 else { fatalError("out of memory") }
        unsafe fill(filled, with: samples, channels, format)
        unsafe filled.pointee.pts = sent
        sent += Int64(samples.count / channels)
        try unsafe encoder.send(filled)
    }
}

/// Returns a sample as a whole number of `bits` bits: halves to even, full scale clipped.
func quantised(_ sample: Float, bits: Int) -> Int32 {
    let scale = Double(1 << (bits - 1))
    return Int32(min(max((Double(sample) * scale).rounded(.toNearestOrEven), -scale), scale - 1))
}

private func fill(
    _ frame: UnsafeMutablePointer<AVFrame>, with samples: ArraySlice<Float>, _ channels: Int,
    _ format: AVSampleFormat
) {
    let isPlanar = av_sample_fmt_is_planar(format) == 1
    let count = samples.count / channels
    /// Writes every sample in the codec's type.
    func write<Value>(_ convert: (Float) -> Value) {
        for plane in 0..<(isPlanar ? channels : 1) {
            let length = isPlanar ? count : count * channels
            guard let bytes = unsafe frame.pointee.extended_data[plane] else { return }
            unsafe UnsafeMutableRawPointer(bytes).withMemoryRebound(
                to: Value.self, capacity: length
            ) { values in
                for i in 0..<length {
                    let at = samples.startIndex + (isPlanar ? i * channels + plane : i)
                    unsafe values[i] = convert(samples[at])
                }
            }
        }
    }
    switch format {
    case AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P: write { Int16(quantised($0, bits: 16)) }
    case AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_S32P: write { quantised($0, bits: 24) << 8 }
    default: write { $0 }
    }
}
