import CYaml

extension YAMLReader {
    /// Says what libyaml found wrong, with a hint for what people run into.
    func report(_ parser: yaml_parser_t, in source: SourceText) {
        let problem = parser.problem.map { String(cString: $0) } ?? "there is no memory to read it"
        guard parser.error == YAML_SCANNER_ERROR || parser.error == YAML_PARSER_ERROR else {
            problems.error("this is no YAML: \(problem)", at: Place(line: 1, column: 1))
            return
        }
        let mark = parser.problem_mark
        let place = Place(mark)
        if source.hasTab(before: mark.index) {
            problems.error(
                "a tab stands in the indentation",
                at: place,
                hint: "indent by spaces"
            )
            return
        }
        if problem.hasPrefix("Maximum nesting level") {
            // libyaml reads ahead, and meets its own limit before this reader meets the lower one.
            _ = refuseDepth(at: place)
            return
        }
        // What is not closed is better shown where it is opened than at the end of the file.
        let isOpen = problem == "found unexpected end of stream" && parser.context != nil
        problems.error(
            "this is no YAML: \(problem)",
            at: isOpen ? Place(parser.context_mark) : place,
            hint: hint(for: problem)
        )
    }

    private func hint(for problem: String) -> String? {
        switch problem {
        case "mapping values are not allowed in this context":
            "quote a text that holds \": \", and check the indentation"
        case "found character that cannot start any token":
            "quote a text that starts with @, `, % or another sign"
        case "found unexpected end of stream":
            "a quote or a bracket is not closed"
        case "did not find expected key", "did not find expected '-' indicator":
            "check the indentation, and that quotes and brackets are closed"
        case "did not find expected ',' or '}'", "did not find expected ',' or ']'":
            "a comma or a bracket is missing; quote a text that holds a comma or a bracket"
        case "could not find expected ':'":
            "a key needs a colon and a space"
        default:
            nil
        }
    }
}

extension Place {
    /// libyaml counts from zero.
    init(_ mark: yaml_mark_t) {
        self.init(line: mark.line + 1, column: mark.column + 1)
    }
}

extension YAMLScalar.Style {
    init(_ style: yaml_scalar_style_t) {
        self =
            switch style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
            default: .plain
            }
    }
}
