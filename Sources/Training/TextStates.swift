import Generation
import Tensors

/// What a text encoder made of the texts of a training, once for all of its steps.
///
/// A safetensors file has a `[tokens, text width]` tensor for each text, named by it, and for texts
/// that are dropped one that is named by the empty text. Rows stay in the file until their batch
/// comes.
struct TextStates {
    private let file: SafetensorsFile
    private let length: Int
    private let width: Int

    /// Opens the file for a model.
    init(path: String, model: ModelDescription) throws(TrainingError) {
        do throws(SafetensorsError) {
            file = try SafetensorsFile(path: path)
        } catch {
            throw TrainingError("\(error)")
        }
        (length, width) = (model.text.length, model.text.width)
    }

    /// The states of a text.
    func states(of text: String) throws(TrainingError) -> TextInput {
        guard let tensor = file[text] else {
            throw TrainingError(
                "\(file.path): has no tensor named '\(text)'; encode every text of data and "
                    + "held_out" + (text.isEmpty ? ", and the empty one for times.drop_text" : ""))
        }
        guard tensor.shape.count == 2, tensor.shape[1] == width, tensor.shape[0] <= length else {
            throw TrainingError(
                "\(file.path): '\(text)' has the shape \(tensor.shape); the model takes up to "
                    + "\(length) tokens of \(width) numbers")
        }
        return .states(tensor, length: length)
    }
}
