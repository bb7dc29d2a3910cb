import Scheduling
import SwiftProtobuf

extension PBCampaignCommand.Verb {
    init(_ command: CampaignCommand) {
        switch command {
        case .pause: self = .pause
        case .resume: self = .resume
        case .cancel: self = .cancel
        case .kill: self = .kill
        case .retry: self = .retry
        }
    }

    func command() throws(WireError) -> CampaignCommand {
        switch self {
        case .pause: .pause
        case .resume: .resume
        case .cancel: .cancel
        case .kill: .kill
        case .retry: .retry
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}

extension PBTaskCommand.Verb {
    init(_ command: TaskCommand) {
        switch command {
        case .retry: self = .retry
        case .cancel: self = .cancel
        }
    }

    func command() throws(WireError) -> TaskCommand {
        switch self {
        case .retry: .retry
        case .cancel: .cancel
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}

extension PBRoundCommand.Verb {
    init(_ command: RoundCommand) {
        switch command {
        case .promote: self = .promote
        case .hold: self = .hold
        case .rollBack: self = .rollBack
        case .cancel: self = .cancel
        }
    }

    func command() throws(WireError) -> RoundCommand {
        switch self {
        case .promote: .promote
        case .hold: .hold
        case .rollBack: .rollBack
        case .cancel: .cancel
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}

extension PBWorkerCommand {
    init(_ selector: String, _ command: WorkerCommand) {
        self.init()
        self.selector = selector
        switch command {
        case .cordon: verb = .cordon
        case .uncordon: verb = .uncordon
        case .drain: verb = .drain
        case .stop: verb = .stop
        case .label(let labels, let keys):
            verb = .label
            set = labels.keys.sorted().map { key in
                .with {
                    $0.key = key
                    $0.value = labels[key] ?? ""
                }
            }
            remove = keys
        }
    }

    func command() throws(WireError) -> WorkerCommand {
        switch verb {
        case .cordon: return .cordon
        case .uncordon: return .uncordon
        case .drain: return .drain
        case .stop: return .stop
        case .label:
            guard set.count + remove.count <= Bounds.mostLabels else { throw .field("set") }
            var labels: [String: String] = [:]
            for label in set {
                guard !label.key.isEmpty else { throw .field("key") }
                labels[try Bounds.text(label.key, "key")] = try Bounds.text(label.value, "value")
            }
            return .label(set: labels, remove: remove)
        case .UNRECOGNIZED: throw .field("verb")
        }
    }
}
