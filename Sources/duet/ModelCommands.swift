import ArgumentParser
import Console
import Generation
import Tensors

struct ModelCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at models.", subcommands: [ModelShow.self])
}

struct ModelShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a model is made of.",
        discussion: """
            A model is a folder with a model.json. A safetensors file, or a folder or index of \
            several, is shown as well, without what only a model.json can say.

            EXAMPLES
              duet model show models/bounce
              duet model show models/bounce -o json
              duet model show diffusion_pytorch_model.safetensors
            """)

    @OptionGroup var format: AnswerOptions

    @Argument(help: "A model's folder, or safetensors.", completion: .file())
    var path: String

    func run() throws {
        try withModelFailures {
            let report = try ModelReport(path)
            if !format.print(report.value, name: "path") {
                Terminal.write(report.text(Paint(for: Terminal.output)))
            }
        }
    }
}
