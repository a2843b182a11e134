import Testing

@testable import Expressions

@Suite struct LineEvaluatorTests {
    @Test(arguments: [
        (#"{"expr": "x + 1", "bindings": {"x": ["int", "5"]}}"#, #"{"value": ["int", "6"]}"#),
        (#"{"expr": "1.0 / 0.0"}"#, #"{"value": ["double", "inf"]}"#),
        (#"{"expr": "0.0 / 0.0"}"#, #"{"value": ["double", "nan"]}"#),
        (#"{"expr": "-0.0"}"#, #"{"value": ["double", "-0.0"]}"#),
        (
            #"{"expr": "b'\\xff' + x", "bindings": {"x": ["bytes", "0a"]}}"#,
            #"{"value": ["bytes", "ff0a"]}"#
        ),
        (
            #"{"expr": "{1: [null], 'k': int}"}"#,
            #"{"value": ["map", [[["int", "1"], ["list", [["null", null]]]], [["string", "k"], ["type", "int"]]]]}"#
        ),
        (
            #"{"expr": "'\u00e9\\n\\u0001\ud83d\ude00'"}"#,
            #"{"value": ["string", "é\u000a\u0001😀"]}"#
        ),
        (
            #"{"expr": "[duration('90m'), timestamp(0)]"}"#,
            #"{"value": ["list", [["duration", "5400s"], ["timestamp", "1970-01-01T00:00:00Z"]]]}"#
        ),
        (
            #"{"expr": "[{}.?a, optional.of(1u)]"}"#,
            #"{"value": ["list", [["optional", null], ["optional", ["uint", "1"]]]]}"#
        ),
        (#"{"expr": "1 + 'a'"}"#, #"{"error": "'+' cannot take int and string"}"#),
        (
            #"{"expr": "1 + 'a'", "disable_check": true}"#,
            #"{"error": "'+' cannot take (int, string)"}"#
        ),
        (
            #"{"expr": "a.b.c", "bindings": {"a.b": ["map", [[["string", "c"], ["bool", true]]]]}}"#,
            #"{"value": ["bool", true]}"#
        ),
    ])
    func `a line has its answer`(line: String, answer: String) {
        #expect(LineEvaluator().answer(line) == answer)
    }

    @Test(arguments: [
        "", "[", "{}", #"{"expr": 1}"#, #"{"expr": "1"} x"#, #"{"expr": "\ud800"}"#,
        #"{"expr": "x", "bindings": {"x": ["int", "x"]}}"#,
        #"{"expr": "x", "bindings": {"x": ["map", [[["null", null], ["null", null]]]]}}"#,
        #"{"expr": "x", "bindings": {"x": ["bytes", "abc"]}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `a line that is none has an error for an answer`(line: String) {
        #expect(LineEvaluator().answer(line).hasPrefix(#"{"error": "#))
    }
}
