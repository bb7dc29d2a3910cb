import CFFmpeg

/// Returns a decoded frame's samples, [moments][channels], 1.0 being full scale.
///
/// Whole numbers are divided by a power of two, so 24 bits and less arrive exactly. Returns nil for
/// a layout that is unknown.
func floatSamples(of frame: UnsafeMutablePointer<AVFrame>) -> [Float]? {
    let channels = Int(unsafe frame.pointee.ch_layout.nb_channels)
    let count = Int(unsafe frame.pointee.nb_samples)
    let format = AVSampleFormat(unsafe frame.pointee.format)
    guard channels > 0, count >= 0, let planes = unsafe frame.pointee.extended_data else {
        return nil
    }
    let isPlanar = av_sample_fmt_is_planar(format) == 1

    /// Reads all values of one type and scales them.
    func values<Value>(_ type: Value.Type, _ scale: (Value) -> Float) -> [Float]? {
        var result = [Float](repeating: 0, count: count * channels)
        for plane in 0..<(isPlanar ? channels : 1) {
            guard let bytes = unsafe planes[plane] else { return nil }
            let length = isPlanar ? count : count * channels
            unsafe UnsafeRawPointer(bytes).withMemoryRebound(to: Value.self, capacity: length) {
                for i in 0..<length {
                    result[isPlanar ? i * channels + plane : i] = scale(unsafe $0[i])
                }
            }
        }
        return result
    }

    switch format {
    case AV_SAMPLE_FMT_U8, AV_SAMPLE_FMT_U8P:
        return values(UInt8.self) { (Float($0) - 128) / 128 }
    case AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P:
        return values(Int16.self) { Float($0) / 32768 }
    case AV_SAMPLE_FMT_S32, AV_SAMPLE_FMT_S32P:
        return values(Int32.self) { Float(Double($0) / 2_147_483_648) }
    case AV_SAMPLE_FMT_S64, AV_SAMPLE_FMT_S64P:
        return values(Int64.self) { Float(Double($0) / 9_223_372_036_854_775_808) }
    case AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP:
        return values(Float.self) { $0 }
    case AV_SAMPLE_FMT_DBL, AV_SAMPLE_FMT_DBLP:
        return values(Double.self) { Float($0) }
    default:
        return nil
    }
}

/// Returns where the loudspeakers of a frame's channels stand; unknown ones count as centre.
func channelPlaces(of frame: UnsafeMutablePointer<AVFrame>) -> [ChannelMix.Place] {
    let count = Int(unsafe frame.pointee.ch_layout.nb_channels)
    if count == 1 { return [.centre] }
    if count == 2 { return [.left, .right] }
    return (0..<count).map { index in
        switch unsafe av_channel_layout_channel_from_index(&frame.pointee.ch_layout, UInt32(index))
        {
        case AV_CHAN_FRONT_LEFT, AV_CHAN_FRONT_LEFT_OF_CENTER, AV_CHAN_STEREO_LEFT: .left
        case AV_CHAN_FRONT_RIGHT, AV_CHAN_FRONT_RIGHT_OF_CENTER, AV_CHAN_STEREO_RIGHT: .right
        case AV_CHAN_SIDE_LEFT, AV_CHAN_BACK_LEFT: .leftBehind
        case AV_CHAN_SIDE_RIGHT, AV_CHAN_BACK_RIGHT: .rightBehind
        case AV_CHAN_BACK_CENTER: .behind
        case AV_CHAN_LOW_FREQUENCY: .deep
        default: .centre
        }
    }
}
