import CFFmpeg
import Glibc

extension Container {
    /// What the headers say of the whole file.
    func description() -> MediaDescription {
        let format = unsafe context.pointee
        let name = unsafe format.iformat.pointee.name.map { unsafe String(cString: $0) } ?? ""
        let (video, audio) = (bestTrack(AVMEDIA_TYPE_VIDEO), bestTrack(AVMEDIA_TYPE_AUDIO))
        var result = MediaDescription(
            container: name, bytes: bytes,
            seconds: unsafe isGuessed || format.duration <= 0
                ? nil : Double(format.duration) / 1e6,
            video: video.map { describeVideo($0) }, audio: audio.map { describeAudio($0) },
            otherTracks: [], warnings: [])
        for index in 0..<trackCount where index != video && index != audio {
            result.otherTracks.append("\(index): \(describeOther(index))")
        }
        if let video { result.warnings += warnings(ofVideo: video) }
        return result
    }

    /// How a track's pictures are turned; upright when that is no quarter turn.
    func orientation(_ index: Int) -> (orientation: Orientation, isOdd: Bool) {
        var size = 0
        let data = unsafe av_stream_get_side_data(
            stream(index), AV_PKT_DATA_DISPLAYMATRIX, &size)
        guard let data = unsafe data, size >= 36 else { return (.upright, false) }
        let matrix = unsafe data.withMemoryRebound(to: Int32.self, capacity: 9) { entries in
            (0..<9).map { unsafe entries[$0] }
        }
        guard let orientation = Orientation(displayMatrix: matrix) else { return (.upright, true) }
        return (orientation, false)
    }

    /// A pixel's width over its height; 1 when the header says nothing or something absurd.
    func pixelAspect(_ index: Int) -> Double {
        let track = unsafe stream(index)
        let ratio = unsafe av_guess_sample_aspect_ratio(context, track, nil)
        guard ratio.num > 0, ratio.den > 0 else { return 1 }
        let value = Double(ratio.num) / Double(ratio.den)
        return (1.0 / 16...16).contains(value) ? value : 1
    }

    /// The average number of pictures in a second; 25 when the file gives no clue.
    func pictureRate(_ index: Int) -> Rate {
        let track = unsafe stream(index).pointee
        for ratio in unsafe [track.avg_frame_rate, track.r_frame_rate] {
            if let rate = Rate(Int(ratio.num), Int(ratio.den)),
                (0.01...1000).contains(rate.perSecond)
            {
                return rate
            }
        }
        return .usual
    }

    /// A track's declared length in seconds, when its own header or the file's has it exactly.
    func declaredSeconds(_ index: Int) -> Double? {
        let track = unsafe stream(index).pointee
        guard !isGuessed, unsafe track.duration != duet_no_timestamp, unsafe track.duration > 0
        else { return nil }
        return unsafe Double(track.duration) * Double(track.time_base.num)
            / Double(track.time_base.den)
    }

    /// Whether lengths are only guessed from the size of the file.
    private var isGuessed: Bool {
        unsafe context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_BITRATE
    }

    /// How many samples a track declares, when its clock counts samples.
    func sampleCount(_ index: Int) -> Int? {
        let track = unsafe stream(index).pointee
        let rate = unsafe track.codecpar.pointee.sample_rate
        guard declaredSeconds(index) != nil, unsafe track.time_base.num == 1,
            unsafe track.time_base.den == rate
        else { return nil }
        return unsafe Int(track.duration)
    }

    private func describeVideo(_ index: Int) -> MediaDescription.Video {
        let parameters = unsafe stream(index).pointee.codecpar.pointee
        let stored = PictureSize(
            width: Int(unsafe parameters.width), height: Int(unsafe parameters.height))
        let turn = orientation(index).orientation
        let aspect = pixelAspect(index)
        let pixels = unsafe av_get_pix_fmt_name(AVPixelFormat(parameters.format))
        return MediaDescription.Video(
            track: index, codec: unsafe codecName(parameters.codec_id), storedSize: stored,
            size: shownSize(stored, pixelAspect: aspect, turn),
            pixelFormat: unsafe pixels.map { unsafe String(cString: $0) } ?? "unknown",
            rotation: turn.degrees, isMirrored: turn.isMirrored, pixelAspect: aspect,
            rate: pictureRate(index), seconds: declaredSeconds(index))
    }

    private func describeAudio(_ index: Int) -> MediaDescription.Audio {
        let parameters = unsafe stream(index).pointee.codecpar.pointee
        return MediaDescription.Audio(
            track: index, codec: unsafe codecName(parameters.codec_id),
            sampleRate: Int(unsafe parameters.sample_rate),
            channels: Int(unsafe parameters.ch_layout.nb_channels),
            layout: unsafe layoutName(parameters.ch_layout), seconds: declaredSeconds(index))
    }

    /// Names a layout, such as `stereo`; what the file leaves open is taken to be the usual one.
    private func layoutName(_ layout: AVChannelLayout) -> String {
        var layout = unsafe layout
        let count = unsafe layout.nb_channels
        if unsafe layout.order == AV_CHANNEL_ORDER_UNSPEC {
            unsafe av_channel_layout_default(&layout, count)
        }
        var buffer = [CChar](repeating: 0, count: 64)
        _ = unsafe av_channel_layout_describe(&layout, &buffer, buffer.count)
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func describeOther(_ index: Int) -> String {
        let parameters = unsafe stream(index).pointee.codecpar.pointee
        let kind = unsafe av_get_media_type_string(parameters.codec_type)
        let name = unsafe kind.map { unsafe String(cString: $0) } ?? "unknown"
        return "\(name) \(unsafe codecName(parameters.codec_id))"
    }

    private func warnings(ofVideo index: Int) -> [String] {
        var warnings: [String] = []
        let parameters = unsafe stream(index).pointee.codecpar.pointee
        if orientation(index).isOdd {
            warnings.append("it is to be turned by an odd angle; the pictures are left as stored")
        }
        if unsafe parameters.color_trc == AVCOL_TRC_SMPTE2084
            || parameters.color_trc == AVCOL_TRC_ARIB_STD_B67
        {
            warnings.append("its colours have a high dynamic range; they are not tone-mapped")
        }
        let order = unsafe parameters.field_order
        if order != AV_FIELD_UNKNOWN, order != AV_FIELD_PROGRESSIVE {
            warnings.append("its pictures are interlaced; they are used as they are")
        }
        return warnings
    }

    private func codecName(_ id: AVCodecID) -> String {
        unsafe String(cString: avcodec_get_name(id))
    }
}

/// Returns the size of a stored picture as it is shown: with square pixels, and turned.
func shownSize(
    _ stored: PictureSize, pixelAspect: Double, _ orientation: Orientation
) -> PictureSize {
    let width = max(1, Int((Double(stored.width) * pixelAspect).rounded()))
    return orientation.isTurned
        ? PictureSize(width: stored.height, height: width)
        : PictureSize(width: width, height: stored.height)
}
