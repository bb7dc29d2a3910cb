/// A frame that another implementation of protobuf wrote, protoc 3.21, from a text by hand:
/// `protoc --encode=duet.FromPeer -ISchema/wire duet.proto` (or `ToPeer`, `Event`).
struct ForeignFrame {
    /// What protoc was given.
    let text: String
    /// What it wrote.
    let hex: String

    static let aRegistration = ForeignFrame(
        text: #"""
            protocol: 2
            register {
              identity: "gpu-1" session: 18446744073709551615 node: "n1" pid: 42 build: "duet 9"
              capacity {
                slots: 2 cpu_milli: 8000 memory_bytes: 1024
                device_memory_bytes: [80, 40] named { name: "license" milli: 1500 }
              }
              provides { kind: KIND_SCORE name: "q-align" }
              labels { key: "zone" value: "a" }
              resident: "wan"
              held { task: 1099511627776 epoch: 3 number: 2 phase: PHASE_RUNNING running_ms: 10 }
              draining: true
            }
            """#,
        hex: """
            0802126e0a056770752d3110ffffffffffffffffff011a026e31202a2a06647565742039321a0802
            10c03e188008220250282a0c0a076c6963656e736510dc0b3a0b08031207712d616c69676e42090a
            047a6f6e651201614a0377616e5211090000000000010000100318022001280a5801
            """)

    static let reportsOfEachKind = ForeignFrame(
        text: #"""
            protocol: 2
            reports {
              session: 5
              reports {
                task: 1099511627776 epoch: 3 number: 1 sequence: 9 engine: "e 1" duration_us: 77
                scores {
                  scores { output: "VQ" value: -0.5 }
                  scores { output: "MQ" reason: "too short" }
                }
              }
              reports {
                task: 1099511627777 sequence: 10
                failure { message: "no disk" retryable: true }
              }
              reports {
                task: 1099511627778 sequence: 11
                files { media { role: "joint" path: "/a/1.mp4" sha256: "ff" } }
              }
              reports { task: -1 sequence: 12 returned {} }
            }
            """#,
        hex: """
            0802228b01080512380900000000000100001003180120092a03652031304d4a200a0d0a02565111
            000000000000e0bf0a0f0a024d511a09746f6f2073686f72741218090100000000010000200a520b
            0a076e6f206469736b10011224090200000000010000200b42170a150a056a6f696e7412082f612f
            312e6d70341a026666120d09ffffffffffffffff200c5a00
            """)

    static let anAssignment = ForeignFrame(
        text: #"""
            protocol: 2
            assign {
              sequence: 4
              recipes {
                need { kind: KIND_GENERATE name: "wan" } model: "wan-1.3b"
                cpu_milli: 500 memory_bytes: 7 gpu_milli: 2000 gpu_memory_bytes: 9
                named { name: "license" milli: 1000 }
                time_limit_ms: 60000 parameters: "{}" outputs: "VQ" ordinal: 3
              }
              assignments {
                task: 1099511627776 epoch: 3 number: 1 recipe: 0 prompt: "p" text: "\346\260\264"
                seed: 18446744073709551615 ground_truth { role: "video" path: "/c.mp4" }
                candidate: 1099511627777 media { role: "audio" path: "/c.wav" sha256: "00" }
              }
            }
            """#,
        hex: """
            0802328c01080412390a070802120377616e120877616e2d312e336218f403200728d00f30093a0c
            0a076c6963656e736510e80740e0d4034a027b7d5202565158031a4d090000000000010000100318
            012a01703203e6b0b439ffffffffffffffff420f0a05766964656f12062f632e6d70344901000000
            0001000052130a05617564696f12062f632e7761761a023030
            """)

    static let aSubmission = ForeignFrame(
        text: #"""
            protocol: 2
            request {
              id: 8
              submit {
                upload: 3 campaign_json: "{}" last: true
                prompts { key: "p" text: "a cat" video: "/v" audio: "/a" }
              }
            }
            """#,
        hex: """
            0802322008081a1c080312027b7d1a120a0170120561206361741a022f7622022f612001
            """)

    static let aQuestion = ForeignFrame(
        text: #"""
            protocol: 2
            request {
              id: 9
              query { tasks { campaign: "1" filter: "kind=score" limit: 7 after: -1 } }
            }
            """#,
        hex: """
            080232220809321e1a1c0a0131200728ffffffffffffffffff01320a6b696e643d73636f7265
            """)

    static let anAnswer = ForeignFrame(
        text: #"""
            protocol: 2
            reply { id: 9 problem { code: NOT_FOUND message: "no such campaign" } }
            """#,
        hex: """
            08025a1808093214080212106e6f20737563682063616d706169676e
            """)

    static let anEvent = ForeignFrame(
        text: #"""
            at_us: -1
            task {
              task: 1099511627776 state: "failed" message: "lost" campaign: "c" worker: "gpu-1"
            }
            """#,
        hex: """
            08ffffffffffffffffff01222109000000000001000012066661696c65641a046c6f73742201632a
            056770752d31
            """)
}
