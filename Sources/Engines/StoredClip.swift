import EngineHost
import Media

extension MediaClip {
    /// Reads pictures and sound from the files that hold them; what is in none is missing.
    init(of media: [EngineMedia]) throws {
        self.init()
        do throws(MediaError) {
            for file in media where [.joint, .video, .audio].contains(file.role) {
                var request = MediaRequest()
                request.wantsVideo = file.role != .audio
                request.wantsAudio = file.role != .video
                let part = try MediaClip.read(file.path, as: request)
                video = part.video ?? video
                audio = part.audio ?? audio
            }
        } catch {
            // Somebody may put it back; a damaged file stays damaged.
            throw EngineFault(error.description, retryable: error.kind == .notFound)
        }
    }
}
