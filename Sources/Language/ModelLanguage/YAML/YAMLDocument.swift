/// A YAML document that stands beside the model, such as a table of rule tests.
///
/// It is read as strictly as the model itself, and its mistakes are told in the same way.
package struct YAMLDocument: Sendable {
    package let root: YAMLNode
    private let source: SourceText

    /// Reads UTF-8, at most 1 MiB of it; nil if it is empty or refused, which `problems` then says.
    package init?(_ bytes: some Sequence<UInt8>, problems: Problems) {
        guard let source = SourceText(Array(bytes), problems: problems) else { return nil }
        guard let root = YAMLReader.read(source, problems: problems) else {
            if !problems.hasErrors {
                problems.error("the file is empty", at: Place(line: 1, column: 1))
            }
            return nil
        }
        self.root = root
        self.source = source
    }

    /// The place of a UTF-8 offset into a scalar's text; the node's own where it is no scalar.
    package func place(ofOffset offset: Int, in node: YAMLNode) -> Place {
        guard let scalar = node.scalar else { return node.place }
        return source.place(ofOffset: offset, in: scalar, startingAt: node.place)
    }
}
