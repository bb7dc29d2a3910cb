import CFFmpeg

/// An open media file: its tracks and the packets they come in.
@safe struct Container: ~Copyable {
    let path: String
    let bytes: Int64
    let context: UnsafeMutablePointer<AVFormatContext>

    /// The formats that clips come in.
    ///
    /// Playlists and lists of images are not among them: they would make us open other files.
    static let formats =
        "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,nut,ogg,flac,wav,"
        + "w64,aiff,au,caf,mp3,aac,ac3,eac3,gif,ivf,h264,hevc,obu,m4v,mxf,dv,amr,tta,wv,rm"

    /// Opens a file and reads its headers.
    static func open(_ path: String, _ limits: MediaLimits) throws(MediaError) -> Container {
        let container = try Container(path: path, limits: limits)
        try container.checkSizes(limits)
        try container.findStreams(limits)
        try container.checkSizes(limits)
        return container
    }

    private init(path: String, limits: MediaLimits) throws(MediaError) {
        let bytes = try checkedSource(path)
        FFmpegLog.begin()
        var options: OpaquePointer?
        unsafe av_dict_set(&options, "format_whitelist", Self.formats, 0)
        unsafe av_dict_set(&options, "protocol_whitelist", "file", 0)
        unsafe av_dict_set(&options, "max_streams", "\(limits.tracks)", 0)
        var opened: UnsafeMutablePointer<AVFormatContext>?
        let status = unsafe avformat_open_input(&opened, "file:\(path)", nil, &options)
        unsafe av_dict_free(&options)
        guard status >= 0, let opened = unsafe opened else {
            throw Self.refusal(path, status)
        }
        self.path = path
        self.bytes = bytes
        unsafe context = unsafe opened
    }

    deinit {
        var closing: UnsafeMutablePointer<AVFormatContext>? = unsafe context
        unsafe avformat_close_input(&closing)
    }

    /// Why a file could not be opened, for people.
    private static func refusal(_ path: String, _ status: Int32) -> MediaError {
        let detail = FFmpegLog.take(status)
        if let promised = promisedContainer(path) {
            let reason =
                detail.contains("moov atom not found")
                ? "its index (the moov box) is missing: the file is cut off"
                : "it begins like \(promised), but its header is damaged or cut off"
            return MediaError(
                .damaged, path, reason, advice: "fetch or export it again", detail: detail)
        }
        return MediaError(
            .notMedia, path, "it is not audio or video in a container that Duet knows",
            advice: "convert it to MP4, MKV, WAV or FLAC, or leave it out",
            detail: detail.contains("whitelist") ? "" : detail)
    }

    private func findStreams(_ limits: MediaLimits) throws(MediaError) {
        // Probing decodes pictures too, so it has to know the largest one allowed.
        let count = Int(unsafe context.pointee.nb_streams)
        var options = unsafe [OpaquePointer?](repeating: nil, count: count)
        for index in 0..<count {
            unsafe av_dict_set(
                &options[index], "max_pixels", "\(limits.pictureSide * limits.pictureSide)", 0)
        }
        let status = unsafe avformat_find_stream_info(context, &options)
        for index in 0..<count { unsafe av_dict_free(&options[index]) }
        guard status >= 0 else {
            throw MediaError(
                .damaged, path, "its tracks cannot be read", advice: "fetch or export it again",
                detail: FFmpegLog.take(status))
        }
    }

    private func checkSizes(_ limits: MediaLimits) throws(MediaError) {
        let count = trackCount
        guard count <= limits.tracks else {
            throw MediaError(
                .tooLarge, path, "it has \(count) tracks, more than \(limits.tracks)",
                advice: "keep the tracks that matter, or leave it out")
        }
        for index in 0..<count {
            let parameters = unsafe stream(index).pointee.codecpar.pointee
            let size = PictureSize(
                width: Int(unsafe parameters.width), height: Int(unsafe parameters.height))
            guard max(size.width, size.height) <= limits.pictureSide else {
                throw MediaError(
                    .tooLarge, path,
                    "its pictures are \(size), wider or higher than \(limits.pictureSide)",
                    advice: "make them smaller first, or leave it out")
            }
            let channels = Int(unsafe parameters.ch_layout.nb_channels)
            guard channels <= limits.channels else {
                throw MediaError(
                    .tooLarge, path, "it has \(channels) channels, more than \(limits.channels)",
                    advice: "mix them down first, or leave it out")
            }
            let rate = Int(unsafe parameters.sample_rate)
            guard rate <= limits.sampleRate else {
                throw MediaError(
                    .tooLarge, path,
                    "it declares \(rate) samples a second, more than \(limits.sampleRate)",
                    advice: "the header is wrong; export it again, or leave it out")
            }
        }
    }

    var trackCount: Int { Int(unsafe context.pointee.nb_streams) }

    /// The track of a number below `trackCount`.
    func stream(_ index: Int) -> UnsafeMutablePointer<AVStream> {
        guard let stream = unsafe context.pointee.streams[index] else {
            fatalError("FFmpeg counts \(trackCount) tracks but has no track \(index)")
        }
        return unsafe stream
    }

    /// The number of the best track of a kind, cover pictures left aside.
    func bestTrack(_ kind: AVMediaType) -> Int? {
        let index = unsafe av_find_best_stream(context, kind, -1, -1, nil, 0)
        guard index >= 0 else { return nil }
        let disposition = unsafe stream(Int(index)).pointee.disposition
        return disposition & AV_DISPOSITION_ATTACHED_PIC == 0 ? Int(index) : nil
    }

    /// Reads the next packet; false at the end of the file.
    func read(into packet: UnsafeMutablePointer<AVPacket>) throws(MediaError) -> Bool {
        FFmpegLog.begin()
        let status = unsafe av_read_frame(context, packet)
        if status == duet_end_of_file { return false }
        guard status >= 0 else {
            throw MediaError(
                .damaged, path, "it cannot be read on: a part of it is damaged",
                advice: "fetch or export it again", detail: FFmpegLog.take(status))
        }
        return true
    }

    /// Where a track begins, in ticks of `track`'s clock; nil when the file does not say.
    func start(of first: Int, inTicksOf track: Int) -> Int64? {
        let start = unsafe stream(first).pointee.start_time
        if start == duet_no_timestamp { return nil }
        let (from, to) = unsafe (stream(first).pointee.time_base, stream(track).pointee.time_base)
        return av_rescale_q(start, from, to)
    }

    /// When a track begins, in seconds of the file's clock; 0 when the file does not say.
    func startSeconds(_ track: Int) -> Double {
        let start = unsafe stream(track).pointee.start_time
        let base = unsafe stream(track).pointee.time_base
        if start == duet_no_timestamp { return 0 }
        return max(0, Double(start) * Double(base.num) / Double(max(base.den, 1)))
    }

    /// Lets the packets of all tracks but these be skipped.
    func keepOnly(_ tracks: [Int]) {
        for index in 0..<trackCount where !tracks.contains(index) {
            unsafe stream(index).pointee.discard = AVDISCARD_ALL
        }
    }
}
