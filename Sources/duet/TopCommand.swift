import ArgumentParser
import Console
import Foundation
import Linux
import Wire

struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Watch campaigns and workers on a live screen.",
        discussion: """
            Campaigns with progress, rate and ETA; workers with slots, models and rates. Enter \
            opens one and says why it waits; ? shows the keys.

            EXAMPLES
              duet top
              duet top --interval 5
            """)

    @OptionGroup var address: CoordinatorAddress

    @Option(help: "Seconds between two looks at the coordinator.")
    var interval = 1.0

    func validate() throws {
        if interval < 0.1 { throw ValidationError("--interval \(interval): write 0.1 or more.") }
    }

    func run() throws {
        var client = try Client(address.endpoint)
        _ = try client.ask(.hello, patience: 2000)
        let signals = try Signals(receiving: [
            Signals.interrupt, Signals.terminate, Signals.hangUp, SIGTSTP, SIGWINCH,
        ])
        guard var screen = Screen() else {
            throw Failure.usage(
                "top needs a terminal; `duet campaign list` and `duet worker list` print the same")
        }
        var model = TopModel()
        let paint = Paint(for: Terminal.output)
        var nextLook = Clock.monotonic
        while true {
            if Clock.monotonic >= nextLook {
                if !model.isPaused { look(&model, &client) }
                nextLook = Clock.monotonic + Int64(interval * 1e9)
            }
            screen.show(model.lines(Terminal.size() ?? .init(columns: 80, rows: 24), paint: paint))
            let ready = try? Interest.wait(
                for: [
                    Interest(Terminal.input, .reading), Interest(signals.descriptor, .reading),
                ], until: nextLook)
            while let signal = signals.next() {
                switch signal {
                case SIGTSTP: stop(screen)
                case SIGWINCH: break
                default: return
                }
            }
            guard ready?.first == true else { continue }
            guard let keys = screen.keys() else { return }
            for key in keys {
                switch model.handle(key) {
                case .nothing: break
                case .ask: nextLook = 0
                case .quit: return
                }
            }
        }
    }

    /// Gives the terminal to the shell until the program is continued.
    private func stop(_ screen: borrowing Screen) {
        screen.leave()
        kill(getpid(), SIGSTOP)
        screen.enter()
    }

    private func look(_ model: inout TopModel, _ client: inout Client) {
        do {
            // A coordinator that is away is noticed soon: keys wait for the answer.
            let patience: Int64 = 1000
            let campaigns = try client.value(.campaigns, patience: patience).list
            let workers = try client.value(.workers, patience: patience).list
            let status = try client.value(.status, patience: patience)
            model.update(
                campaigns: campaigns, workers: workers, status: status,
                at: Double(Clock.monotonic) / 1e9)
            switch model.view {
            case .campaign(let name):
                model.update(detail: try client.value(.why(name), patience: patience))
            case .worker(let name):
                model.update(detail: try client.value(.worker(name), patience: patience))
            case .overview, .help: break
            }
        } catch let failure as Failure {
            model.trouble = failure.message
        } catch {
            model.trouble = "\(error)"
        }
    }
}
