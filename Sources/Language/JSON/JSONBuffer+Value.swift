extension JSONBuffer {
    /// Writes a value as compact JSON.
    package func append(_ value: JSONValue) {
        switch value {
        case .null: append(raw: "null")
        case .bool(let flag): append(flag)
        case .integer(let number): append(number)
        case .number(let number): append(number)
        case .string(let text): append(string: text)
        case .array(let elements):
            append(byte: UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { append(byte: UInt8(ascii: ",")) }
                append(element)
            }
            append(byte: UInt8(ascii: "]"))
        case .object(let members):
            append(byte: UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { append(byte: UInt8(ascii: ",")) }
                append(string: member.name)
                append(byte: UInt8(ascii: ":"))
                append(member.value)
            }
            append(byte: UInt8(ascii: "}"))
        }
    }

    /// Writes a value over several lines, indented by two spaces a level; what is short stands on
    /// one line.
    func append(_ value: JSONValue, indent: Int) {
        let start = count
        append(value)
        if count - start <= 60 { return }
        truncate(to: start)
        switch value {
        case .array(let elements):
            append(raw: "[")
            for (index, element) in elements.enumerated() {
                startLine(first: index == 0, indent: indent + 1)
                append(element, indent: indent + 1)
            }
            append(raw: "\n")
            append(raw: String(repeating: "  ", count: indent))
            append(raw: "]")
        case .object(let members):
            append(raw: "{")
            for (index, member) in members.enumerated() {
                startLine(first: index == 0, indent: indent + 1)
                append(string: member.name)
                append(raw: ": ")
                append(member.value, indent: indent + 1)
            }
            append(raw: "\n")
            append(raw: String(repeating: "  ", count: indent))
            append(raw: "}")
        default:
            append(value)
        }
    }

    private func startLine(first: Bool, indent: Int) {
        append(raw: first ? "\n" : ",\n")
        append(raw: String(repeating: "  ", count: indent))
    }
}
