import CFFmpeg

/// The pictures of an open file: decoded, chosen for a rate, turned, and scaled.
@safe struct VideoTrack: ~Copyable {
    /// The size and rate of what comes out.
    let size: PictureSize
    let rate: Rate
    private var end: MediaTime
    private let decoder: TrackDecoder
    private var converter = PictureConverter()
    private let held: UnsafeMutablePointer<AVFrame>
    private var timing: PictureTiming
    private var time: MediaTime
    private var hasPicture = false
    private var origin: Int64
    private let orientation: Orientation
    private let pixelAspect: Double
    private let fit: PictureFit
    private let path: String
    private let limits: MediaLimits
    private let usualTicks: Int64

    init(
        _ container: borrowing Container, index: Int, origin: Int64, _ request: MediaRequest
    ) throws(MediaError) {
        let stream = unsafe container.stream(index)
        let decoder = unsafe try TrackDecoder(
            stream, kind: "video", path: container.path, limits: request.limits)
        let base = unsafe stream.pointee.time_base
        let parameters = unsafe stream.pointee.codecpar.pointee
        let stored = PictureSize(
            width: Int(unsafe parameters.width), height: Int(unsafe parameters.height))
        let zero = MediaTime(ticks: 0, numerator: base.num, denominator: max(base.den, 1))
        let ownRate = container.pictureRate(index)
        let turn = container.orientation(index).orientation
        let aspect = container.pixelAspect(index)
        let shown = shownSize(stored, pixelAspect: aspect, turn)
        guard max(shown.width, shown.height) <= request.limits.pictureSide else {
            throw MediaError(
                .tooLarge, container.path, "its pictures are \(shown) when their pixels are square",
                advice: "make them smaller first, or leave it out")
        }
        guard let held = unsafe av_frame_alloc() else { fatalError("out of memory") }
        self.decoder = decoder
        unsafe self.held = unsafe held
        self.origin = origin
        orientation = turn
        pixelAspect = aspect
        fit = request.fit
        path = container.path
        limits = request.limits
        size = request.size ?? shown
        rate = request.rate ?? ownRate
        timing = PictureTiming(rate: rate)
        (time, end) = (zero, zero)
        usualTicks = max(
            1,
            Int64(
                (Double(zero.denominator) / Double(max(base.num, 1)) / ownRate.perSecond)
                    .rounded()))
    }

    deinit {
        var freed: UnsafeMutablePointer<AVFrame>? = unsafe held
        unsafe av_frame_free(&freed)
    }

    /// Hands over a packet, or nil at the end of the file.
    func send(_ packet: UnsafeMutablePointer<AVPacket>?) throws(MediaError) {
        try unsafe decoder.send(packet)
    }

    /// Decodes until a picture is to be shown, and returns it with the number of its slots.
    ///
    /// Returns nil when another packet is needed first.
    mutating func next(
        _ tally: inout MediaTally
    ) throws(MediaError) -> (picture: Picture, slots: Int)? {
        while try decoder.receive() {
            let arrived = timeOfFrame()
            guard arrived.seconds <= Double(limits.seconds) else {
                throw MediaError(
                    .tooLarge, path,
                    "a picture comes at \(inSeconds(arrived.seconds)), after more than "
                        + "\(limits.seconds) s", advice: "cut it, or leave it out")
            }
            note(arrived, &tally)
            let slots = timing.slotsBefore(arrived)
            let shown = slots > 0 ? (try picture(), slots) : nil
            unsafe av_frame_unref(held)
            unsafe av_frame_move_ref(held, decoder.frame)
            time = arrived
            hasPicture = true
            if let shown { return shown }
        }
        return nil
    }

    /// Returns the last picture and the number of its slots; nil when there was none.
    mutating func last() throws(MediaError) -> (picture: Picture, slots: Int)? {
        guard hasPicture else { return nil }
        let slots = timing.slotsUntil(end: end)
        return slots > 0 ? (try picture(), slots) : nil
    }

    private mutating func timeOfFrame() -> MediaTime {
        let ticks = unsafe decoder.frame.pointee.best_effort_timestamp
        if !hasPicture, unsafe decoder.frame.pointee.pts == duet_no_timestamp,
            ticks != duet_no_timestamp
        {
            // A container without presentation times (AVI): FFmpeg's guess is late by the codec's
            // delay, so the first picture tells where the clock begins.
            origin = ticks
        }
        var result = end
        if ticks != duet_no_timestamp {
            result.ticks = ticks.subtractingReportingOverflow(origin).partialValue
        }
        return result
    }

    private mutating func note(_ arrived: MediaTime, _ tally: inout MediaTally) {
        let declared = unsafe decoder.frame.pointee.pkt_duration
        end = arrived.advanced(by: declared > 0 ? declared : usualTicks)
        tally.pictures += 1
        tally.pictureEnd = end.seconds
        guard hasPicture else { return }
        let interval = arrived.seconds - time.seconds
        if interval <= 0 { tally.disorderedPictures += 1 }
        tally.shortestInterval = min(tally.shortestInterval, interval)
        tally.longestInterval = max(tally.longestInterval, interval)
    }

    private mutating func picture() throws(MediaError) -> Picture {
        guard var picture = unsafe converter.convert(held) else {
            let format = unsafe av_get_pix_fmt_name(AVPixelFormat(held.pointee.format))
            let name = unsafe format.map { unsafe String(cString: $0) } ?? "unknown"
            throw MediaError(
                .unsupported, path, "its pixels (\(name)) cannot be converted to RGB",
                advice: "convert it to H.264 with yuv420p first")
        }
        picture = picture.turned(orientation)
        let aspect = orientation.isTurned ? 1 / pixelAspect : pixelAspect
        if picture.size == size, aspect == 1 { return picture }
        return picture.fitted(to: size, pixelAspect: aspect, fit)
    }
}
