public import ArgumentParser
public import Console
public import Datasets
import Filters

extension OutputFormat: ExpressibleByArgument {}

extension ExportFormat: ExpressibleByArgument {}

/// How a listing is printed.
struct OutputOptions: ParsableArguments {
    @Option(name: .shortAndLong, help: "How to print.")
    var output = OutputFormat.table

    @Option(help: "Columns to print, separated by commas; `-o csv` shows what there is.")
    var columns: String?

    @Flag(name: .shortAndLong, help: "Print ids only, one on each line.")
    var quiet = false

    @Flag(help: "Print tables without their header.")
    var noHeader = false

    /// What a listing of these columns looks like.
    ///
    /// `identity` and `name` are the keys of what --quiet and -o name print.
    func layout(
        _ columns: [Console.Column], identity: String = "id", name: String = "name"
    ) throws -> ListingLayout {
        do throws(ListingError) {
            var layout = try ListingLayout(
                columns, format: quiet ? .name : output, name: quiet ? identity : name,
                chosen: self.columns?.split(separator: ",").map { String($0) })
            layout.width = Terminal.listingColumns
            layout.paint = Paint(for: Terminal.output)
            layout.hasHeader = !noHeader
            return layout
        } catch { throw Failure.usage(error.message) }
    }
}

/// How one thing is printed.
struct AnswerOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, jsonl, yaml, name
    }

    @Option(name: .shortAndLong, help: "How to print.")
    var output = Format.text

    /// Prints it for programs; returns false when a person wants to read it.
    func print(_ answer: Console.Value, name: String) -> Bool {
        switch output {
        case .text: return false
        case .json: Terminal.write(answer.indentedJSON() + "\n")
        case .jsonl: Terminal.write(answer.json + "\n")
        case .yaml: Terminal.write(answer.yamlLines().map { $0 + "\n" }.joined())
        case .name: Terminal.write(answer.at(name).plain + "\n")
        }
        return true
    }
}

/// How a listing that fits in memory is filtered, sorted and watched.
struct ListOptions: ParsableArguments {
    @Option(help: "Only rows for which this holds, such as 'state=failed and kind=score'.")
    var filter: String?

    @Option(
        help: ArgumentHelp("Sort by this column; -COLUMN turns it round.", valueName: "column"))
    var sort: String?

    @Flag(name: .shortAndLong, help: "Show it again whenever it changes, until Ctrl-C.")
    var watch = false

    /// The rows that are wanted, in the order that is wanted.
    func select(_ rows: [Console.Value], _ layout: ListingLayout) throws -> [Console.Value] {
        var rows = rows
        if let filter { rows = try wanted(rows, filter: filter, columns: layout.columns) }
        guard let sort else { return rows }
        do throws(ListingError) {
            return try layout.sorted(rows, by: sort)
        } catch { throw Failure.usage(error.message) }
    }
}

/// The rows that a filter lets pass; it may ask for every key of them.
func wanted(
    _ rows: [Console.Value], filter text: String, columns: [Console.Column]
) throws -> [Console.Value] {
    var known = columns.map { Filters.Column($0.key, $0.style.kind) }
    for row in rows {
        for (path, kind) in row.paths() where !known.contains(where: { $0.name == path }) {
            known.append(Filters.Column(path, kind))
        }
    }
    do throws(FilterError) {
        let filter = try Filter(parsing: text, columns: known)
        return rows.filter { row in
            filter.matches { name in
                let described = columns.first { $0.key == name }
                return (described?.value(row) ?? row.at(name)).filterValue
            }
        }
    } catch { throw Failure.usage("\(error)") }
}

extension Console.Column.Style {
    /// What a filter may compare it with.
    fileprivate var kind: Filters.Column.Kind {
        switch self {
        case .text: .text
        case .count, .decimals: .number(.none)
        case .milliseconds: .number(.milliseconds)
        case .seconds: .number(.seconds)
        case .bytes: .number(.bytes)
        case .time: .time
        }
    }
}

extension Console.Value {
    fileprivate var filterValue: Filter.Value? {
        switch self {
        case .null: nil
        case .flag(let flag): .truth(flag)
        case .integer(let number): .number(Double(number))
        case .number(let number): .number(number)
        case .text, .list, .object: .text(plain)
        }
    }

    /// The paths of everything in it that can be compared.
    fileprivate func paths(below path: String = "") -> [(String, Filters.Column.Kind)] {
        members.flatMap { member -> [(String, Filters.Column.Kind)] in
            let whole = path.isEmpty ? member.key : path + "." + member.key
            switch member.value {
            case .object: return member.value.paths(below: whole)
            case .integer, .number: return [(whole, .number(.none))]
            case .flag: return [(whole, .truth)]
            case .null, .text, .list: return [(whole, .text)]
            }
        }
    }
}
