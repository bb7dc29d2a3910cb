import CFFmpeg

/// The sound of an open file: decoded, put on the clip's clock, mixed and resampled.
@safe struct AudioTrack: ~Copyable {
    /// The rate and channels of what comes out.
    let sampleRate: Int
    let channels: Int
    /// Silence that is still to come before what `waiting` holds, in samples of the file's rate.
    private var silence = 0

    private let decoder: TrackDecoder
    private var timing: SoundTiming
    private var mix: ChannelMix?
    private var resampler: Resampler
    private var waiting: [Float] = []
    /// Samples up to the end that the track declares; codecs pad their last block beyond it.
    private var left: Int?
    /// Where the clip's clock begins; nil until the first sample tells, when there are no pictures.
    private var origin: Int64?
    private let sourceRate: Int
    private let base: AVRational
    private let wantedChannels: Int?
    private let sourceChannels: Int
    private let path: String
    private let limits: MediaLimits

    init(
        _ container: borrowing Container, index: Int, origin: Int64?, _ request: MediaRequest
    ) throws(MediaError) {
        let stream = unsafe container.stream(index)
        let parameters = unsafe stream.pointee.codecpar.pointee
        let rate = Int(unsafe parameters.sample_rate)
        let count = Int(unsafe parameters.ch_layout.nb_channels)
        guard rate >= 100, count >= 1 else {
            throw MediaError(
                .damaged, container.path,
                "its sound has \(count) channels and \(rate) samples a second",
                advice: "fetch or export it again")
        }
        let decoder = unsafe try TrackDecoder(
            stream, kind: "audio", path: container.path, limits: request.limits)
        self.origin = origin
        self.decoder = decoder
        base = unsafe stream.pointee.time_base
        sourceRate = rate
        sourceChannels = count
        sampleRate = request.sampleRate ?? rate
        channels = request.channels ?? count
        wantedChannels = request.channels
        // One tick of the container's clock; clocks finer than samples round nothing.
        let tick = Int(Int64(base.num) * Int64(rate) / Int64(max(base.den, 1)))
        timing = SoundTiming(sampleRate: rate, tick: tick > 1 ? min(tick, rate / 100) : 0)
        left = container.sampleCount(index)
        resampler = Resampler(from: rate, to: sampleRate, channels: channels)
        path = container.path
        limits = request.limits
    }

    private var end: Double { Double(timing.end) / Double(sourceRate) }

    /// Hands over a packet, or nil at the end of the file.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) throws(MediaError) {
        try unsafe decoder.send(packet)
    }

    /// Returns the next samples, [moments][channels], perhaps none; nil when a packet is needed.
    mutating func next(_ tally: inout MediaTally) throws(MediaError) -> [Float]? {
        if silence > 0 {
            // A long gap comes piece by piece, so that it takes no memory.
            let count = min(silence, 1 << 16)
            silence -= count
            return resampler.push([Float](repeating: 0, count: count * channels))
        }
        if !waiting.isEmpty {
            defer { waiting = [] }
            return resampler.push(waiting)
        }
        guard try decoder.receive() else { return nil }
        try take(&tally)
        return []
    }

    /// Returns what is left when all packets were sent.
    mutating func last() -> [Float] { resampler.finish() }

    private mutating func take(_ tally: inout MediaTally) throws(MediaError) {
        let frame = unsafe decoder.frame
        guard Int(unsafe frame.pointee.sample_rate) == sourceRate,
            Int(unsafe frame.pointee.ch_layout.nb_channels) == sourceChannels
        else {
            throw MediaError(
                .unsupported, path, "its sound changes its rate or channels at \(inSeconds(end))",
                advice: "convert it to one rate first")
        }
        guard var samples = unsafe floatSamples(of: frame) else {
            throw MediaError(
                .unsupported, path, "its samples have a layout that is not known",
                advice: "convert its sound to 16-bit PCM first")
        }
        samples = withoutPadding(samples)
        try check(samples, &tally)
        if mix == nil {
            mix = unsafe ChannelMix(from: channelPlaces(of: frame), to: wantedChannels)
        }
        tally.samples += samples.count / sourceChannels
        if let mix { samples = mix.apply(samples) }
        let ticks = unsafe frame.pointee.best_effort_timestamp
        var time: MediaTime?
        if ticks != duet_no_timestamp {
            let zero = origin ?? ticks
            origin = zero
            time = MediaTime(
                ticks: ticks.subtractingReportingOverflow(zero).partialValue,
                numerator: base.num, denominator: max(base.den, 1))
        }
        try place(samples, at: time)
        tally.sampleEnd = end
    }

    /// Cuts what goes beyond the declared end by less than a tenth of a second.
    private mutating func withoutPadding(_ samples: [Float]) -> [Float] {
        guard let left else { return samples }
        let count = samples.count / sourceChannels
        self.left = left - count
        let excess = count - left
        guard excess > 0, excess < sourceRate / 10, excess < count else { return samples }
        return Array(samples.dropLast(excess * sourceChannels))
    }

    private mutating func place(_ samples: [Float], at time: MediaTime?) throws(MediaError) {
        switch timing.place(time, count: samples.count / channels) {
        case .goesBack(let seconds):
            throw MediaError(
                .damaged, path,
                "the times of its sound go back by \(inSeconds(seconds)) at \(inSeconds(end))",
                advice: "convert it again, or leave it out")
        case .take(let silence, let dropped):
            guard end <= Double(limits.seconds) else {
                throw MediaError(
                    .tooLarge, path, "its sound lasts more than \(limits.seconds) s",
                    advice: "cut it, or leave it out")
            }
            self.silence = silence
            waiting = Array(samples.dropFirst(dropped * channels))
        }
    }

    private func check(_ samples: [Float], _ tally: inout MediaTally) throws(MediaError) {
        for (offset, sample) in samples.enumerated() {
            guard sample.isFinite else {
                let moment = tally.samples + offset / sourceChannels
                throw MediaError(
                    .damaged, path,
                    "sample \(moment) of its sound (at "
                        + "\(inSeconds(Double(moment) / Double(sourceRate)))) is not a number",
                    advice: "export it again without NaN or infinity, or leave it out")
            }
            tally.peak = max(tally.peak, abs(sample))
        }
    }
}
