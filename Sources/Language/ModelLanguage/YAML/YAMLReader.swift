// libyaml, in the copy that Yams brings along. Its events are read here rather than Yams' tree,
// because composing that tree recurses as deep as the text nests, and hashes whole keys: a few
// hundred bytes of aliases in a key would keep it busy for hours.
import CYaml

/// Reads one YAML document into nodes, in time and memory bounded by the text's size.
///
/// Refused are anchors, aliases, tags, merge keys, keys that are not plain or quoted texts, and a
/// second document: a model says what it means where it stands.
struct YAMLReader {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    let problems: Problems
    private let limits: YAMLLimits
    private var frames: [Frame] = []
    private var root: YAMLNode?
    private(set) var nodeCount = 0

    /// A list or mapping that is not complete yet.
    private struct Frame {
        let place: Place
        let isMapping: Bool
        var items: [YAMLNode] = []
        var pairs: [YAMLPair] = []
        var key: (text: String, place: Place)?
        var keys: Set<String> = []

        var node: YAMLNode {
            YAMLNode(content: isMapping ? .mapping(pairs) : .sequence(items), place: place)
        }
    }

    /// The document's root; nil if it is empty or refused, which `problems` then holds.
    static func read(
        _ source: SourceText,
        limits: YAMLLimits = YAMLLimits(),
        problems: Problems
    ) -> YAMLNode? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            problems.error("there is no memory to read the file", at: Place(line: 1, column: 1))
            return nil
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        var reader = YAMLReader(parser: parser, problems: problems, limits: limits)
        return source.bytes.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
            return reader.run(source)
        }
    }

    private init(
        parser: UnsafeMutablePointer<yaml_parser_t>,
        problems: Problems,
        limits: YAMLLimits
    ) {
        self.parser = parser
        self.problems = problems
        self.limits = limits
    }

    private mutating func run(_ source: SourceText) -> YAMLNode? {
        var event = yaml_event_t()
        while true {
            guard yaml_parser_parse(parser, &event) == 1 else {
                report(parser.pointee, in: source)
                return nil
            }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { return root }
            guard take(event) else { return nil }
        }
    }

    /// False if the event is refused.
    private mutating func take(_ event: yaml_event_t) -> Bool {
        let place = Place(event.start_mark)
        switch event.type {
        case YAML_DOCUMENT_START_EVENT:
            return root == nil
                || refuse("a second document starts here", at: place, "a model is one document")
        case YAML_ALIAS_EVENT:
            return refuse(
                "aliases are not part of the model language",
                at: place,
                "write out what it stands for"
            )
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            return check(anchor: scalar.anchor, tag: scalar.tag, at: place)
                && count(at: place) && addScalar(event)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return check(anchor: start.anchor, tag: start.tag, at: place)
                && open(isMapping: false, at: place)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return check(anchor: start.anchor, tag: start.tag, at: place)
                && open(isMapping: true, at: place)
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            guard let frame = frames.popLast() else { return false }
            add(frame.node)
            return true
        default:
            return true
        }
    }

    private func check(
        anchor: UnsafeMutablePointer<UInt8>?,
        tag: UnsafeMutablePointer<UInt8>?,
        at place: Place
    ) -> Bool {
        if anchor != nil {
            return refuse(
                "anchors are not part of the model language",
                at: place,
                "write out what it stands for; quote a text that starts with \"&\""
            )
        }
        if tag != nil {
            return refuse(
                "tags are not part of the model language",
                at: place,
                "quote a text that starts with \"!\""
            )
        }
        return true
    }

    private mutating func count(at place: Place) -> Bool {
        nodeCount += 1
        return nodeCount <= limits.nodes
            || refuse("the file has more than \(limits.nodes) values", at: place)
    }

    private mutating func open(isMapping: Bool, at place: Place) -> Bool {
        guard count(at: place) else { return false }
        guard frames.count < limits.depth else {
            return refuseDepth(at: place)
        }
        if let frame = frames.last, frame.isMapping, frame.key == nil {
            return refuse("a key is a list or a mapping", at: place, "a key is a name")
        }
        frames.append(Frame(place: place, isMapping: isMapping))
        return true
    }

    /// Adds a scalar as a key or as a value.
    private mutating func addScalar(_ event: yaml_event_t) -> Bool {
        let data = event.data.scalar
        let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
        let text = String(decoding: bytes, as: UTF8.self)
        let place = Place(event.start_mark)
        let last = frames.count - 1
        guard last >= 0, frames[last].isMapping, frames[last].key == nil else {
            let start = event.start_mark.index
            let scalar = YAMLScalar(text: text, style: .init(data.style), start: start)
            add(YAMLNode(content: .scalar(scalar), place: place))
            return true
        }
        if text == "<<" {
            return refuse("merge keys are not part of the model language", at: place)
        }
        if !frames[last].keys.insert(text).inserted {
            problems.error("the key \"\(text)\" is there twice", at: place)
        }
        frames[last].key = (text, place)
        return true
    }

    /// Adds a complete node to what it stands in.
    private mutating func add(_ node: YAMLNode) {
        guard let last = frames.indices.last else {
            root = node
            return
        }
        guard frames[last].isMapping else {
            frames[last].items.append(node)
            return
        }
        guard let key = frames[last].key else { return }
        frames[last].pairs.append(YAMLPair(key: key.text, keyPlace: key.place, value: node))
        frames[last].key = nil
    }

    func refuseDepth(at place: Place) -> Bool {
        refuse("lists and mappings nest deeper than \(limits.depth) levels", at: place)
    }

    private func refuse(_ message: String, at place: Place, _ hint: String? = nil) -> Bool {
        problems.error(message, at: place, hint: hint)
        return false
    }
}
