import Artifacts
import Glibc
import Linux
import TemporaryFolders
import Testing

@Suite struct ArtifactFolderTests {
    private let digestOfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func aFileIsStoredUnderItsContent() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts/media"))
        try write("abc".utf8, to: folder.file("clip one.tar.mp4"))
        let stored = try artifacts.store(folder.file("clip one.tar.mp4"))
        #expect(stored.sha256 == digestOfABC)
        #expect(stored.path == "\(artifacts.root)/ba/\(digestOfABC).mp4")
        #expect(try contents(ofFile: stored.path) == Array("abc".utf8))
        #expect(folder.names(in: "artifacts/media") == ["ba", "ba/\(digestOfABC).mp4"])
        #expect(!folder.names().contains("clip one.tar.mp4"))
    }

    @Test(arguments: [
        ("clip", ""), ("clip.", ""), (".hidden", ""), ("a.b/clip", ""), ("clip.MP4", ".MP4"),
        ("a.b/clip.wav", ".wav"), ("clip.水", ".水"),
    ])
    func theExtensionIsKeptIfThereIsOne(name: String, ending: String) throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        try #require(mkdir(folder.file("a.b"), 0o755) == 0)
        try write("abc".utf8, to: folder.file(name))
        let stored = try artifacts.store(folder.file(name))
        #expect(stored.path == "\(artifacts.root)/ba/\(digestOfABC)\(ending)")
    }

    @Test func theSameContentIsStoredOnce() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        try write("abc".utf8, to: folder.file("first.mp4"))
        try write("abc".utf8, to: folder.file("second.mp4"))
        let first = try artifacts.store(folder.file("first.mp4"))
        #expect(try artifacts.store(folder.file("second.mp4")) == first)
        #expect(folder.names() == ["artifacts", "artifacts/ba", "artifacts/ba/\(digestOfABC).mp4"])
        // Another kind of file is another file.
        try write("abc".utf8, to: folder.file("third.txt"))
        #expect(try artifacts.store(folder.file("third.txt")).path.hasSuffix(".txt"))
        #expect(folder.names(in: "artifacts/ba").count == 2)
    }

    @Test func aCopyIsStoredOnceAndOnlyOfWhatWasNamed() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        let file = folder.file("texts.safetensors")
        try write("abc".utf8, to: file)
        try #require(symlink(file, folder.file("link.safetensors")) == 0)
        let stored = try artifacts.storeCopy(
            of: folder.file("link.safetensors"), expecting: digestOfABC)
        #expect(stored.path == "\(artifacts.root)/ba/\(digestOfABC).safetensors")
        #expect(try contents(ofFile: file) == Array("abc".utf8))
        try write("abd".utf8, to: file)
        // It is there, so the file is not needed any more.
        #expect(try artifacts.storeCopy(of: file, expecting: digestOfABC) == stored)
        #expect(try contents(ofFile: stored.path) == Array("abc".utf8))
        try #require(unlink(stored.path) == 0)
        let changed = #expect(throws: ArtifactError.self) {
            try artifacts.storeCopy(of: file, expecting: digestOfABC)
        }
        #expect(changed?.message.contains("not what it was when it was named") == true)
        #expect(throws: ArtifactError.self) {
            try artifacts.storeCopy(of: folder.file("nothing"), expecting: digestOfABC)
        }
        #expect(folder.names(in: "artifacts") == ["ba", "partial"])
    }

    @Test func anArtifactStaysWhereItIs() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        try write("abc".utf8, to: folder.file("clip.mp4"))
        let stored = try artifacts.store(folder.file("clip.mp4"))
        try #require(symlink(folder.file("artifacts"), folder.file("mounted")) == 0)
        let elsewhere = folder.file("mounted/ba/\(digestOfABC).mp4")
        for path in [stored.path, elsewhere] {
            #expect(artifacts.holds(path))
            #expect(try artifacts.store(path) == stored)
        }
        #expect(try contents(ofFile: stored.path) == Array("abc".utf8))
        #expect(!artifacts.holds(folder.file("artifacts/ba/clip.mp4")))
        #expect(!artifacts.holds(folder.file("ba/\(digestOfABC).mp4")))
        // One that was damaged is not taken for what it was.
        try write("abd".utf8, to: stored.path)
        let error = #expect(throws: ArtifactError.self) { try artifacts.store(stored.path) }
        #expect(error?.message.contains("something else than its name says") == true)
    }

    @Test func filesOfAnyLengthHaveTheirHash() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        // As sha256sum gives them; the second needs several reads.
        let known = [
            (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (3 << 20 | 1, "5983281b51c767c831104f52c95e4075f27e6f4fa8dd0526e3929f79176a1217"),
        ]
        for (count, digest) in known {
            try write([UInt8](repeating: 0, count: count), to: folder.file("zeros"))
            #expect(try artifacts.store(folder.file("zeros")).sha256 == digest)
        }
    }

    @Test func aMissingFileIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("missing.mp4")
        let error = #expect(throws: ArtifactError.self) {
            try ArtifactFolder(root: folder.file("artifacts")).store(path)
        }
        #expect(error?.path == path)
        #expect(error?.description.contains(path) == true)
        #expect(folder.names() == [])
    }

    @Test func whatIsNotAFileOfItsOwnIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        try write("abc".utf8, to: folder.file("original.mp4"))
        try #require(symlink(folder.file("original.mp4"), folder.file("link.mp4")) == 0)
        try #require(mkdir(folder.file("folder.mp4"), 0o755) == 0)
        for name in ["link.mp4", "folder.mp4"] {
            let error = #expect(throws: ArtifactError.self) {
                try artifacts.store(folder.file(name))
            }
            #expect(error?.path == folder.file(name))
            #expect(error?.message.contains("not a file of its own") == true)
        }
        #expect(folder.names() == ["folder.mp4", "link.mp4", "original.mp4"])
    }

    @Test func aFileThatCannotBeStoredStaysWhereItIs() throws {
        let folder = try TemporaryFolder()
        try write("abc".utf8, to: folder.file("clip.mp4"))
        try write([], to: folder.file("artifacts"))
        let error = #expect(throws: ArtifactError.self) {
            try ArtifactFolder(root: folder.file("artifacts")).store(folder.file("clip.mp4"))
        }
        #expect(error?.path == folder.file("clip.mp4"))
        #expect(folder.names() == ["artifacts", "clip.mp4"])
    }

    @Test func aLinkThatLeadsNowhereIsNotTakenForTheFile() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        try write("abc".utf8, to: folder.file("clip.mp4"))
        let target = folder.file("artifacts/ba/\(digestOfABC).mp4")
        for path in [folder.file("artifacts"), folder.file("artifacts/ba")] {
            try #require(mkdir(path, 0o755) == 0)
        }
        try #require(symlink("/no/such/file", target) == 0)
        #expect(try artifacts.store(folder.file("clip.mp4")).path == target)
        #expect(try contents(ofFile: target) == Array("abc".utf8))
        #expect(folder.names(in: "artifacts") == ["ba", "ba/\(digestOfABC).mp4"])
    }

    @Test(.enabled(if: access("/dev/shm", W_OK) == 0))
    func aFileFromAnotherFileSystemIsCopiedWhole() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        let path = "/dev/shm/duet-test-\(getpid())-\(UInt64.random(in: 0 ... .max)).mp4"
        defer { unlink(path) }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try write(bytes, to: path)
        let stored = try artifacts.store(path)
        #expect(try contents(ofFile: stored.path) == bytes)
        #expect(access(path, F_OK) != 0)
        #expect(folder.names(in: "artifacts").count == 2)
    }

    @Test func threadsMayStoreTheSameContentAtTheSameTime() throws {
        let folder = try TemporaryFolder()
        let artifacts = ArtifactFolder(root: folder.file("artifacts"))
        let (contents, threads) = (200, 4)
        for content in 0..<contents {
            for thread in 0..<threads {
                try write("\(content)".utf8, to: folder.file("\(content)-\(thread).mp4"))
            }
        }
        let outcomes = try Mailbox<Result<ArtifactFolder.Stored, ArtifactError>>()
        let path = folder.path
        for thread in 0..<threads {
            _ = try OSThread.start(name: "store") {
                for content in 0..<contents {
                    let file = "\(path)/\(content)-\(thread).mp4"
                    outcomes.post(Result { () throws(ArtifactError) in try artifacts.store(file) })
                }
            }
        }
        var stored: [Result<ArtifactFolder.Stored, ArtifactError>] = []
        while stored.count < contents * threads {
            _ = try Interest.wait(for: [Interest(outcomes.descriptor, .reading)], until: nil)
            stored += outcomes.take()
        }
        let paths = try stored.map { try $0.get().path }
        #expect(Set(paths).count == contents)
        let files = folder.names().filter { $0.contains(".mp4") }
        #expect(files == Set(paths).map { String($0.dropFirst(folder.path.count + 1)) }.sorted())
    }

    @Test func logsLieByCampaignAndTask() {
        let path = ArtifactFolder(root: "/a").logPath(campaign: 3, task: 7, epoch: 2, number: 1)
        #expect(path == "/a/logs/3/7/2-1.log")
    }
}
