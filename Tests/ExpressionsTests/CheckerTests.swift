import Testing

@testable import Expressions

/// What the rules of the collection `posts` in a small app may name.
func postsEnvironment() -> Environment {
    var environment = Environment()
    environment.declareObject(
        "users",
        fields: ["id": .string, "name": .string, "bio": .nullable(.string), "age": .int]
    )
    environment.declareObject(
        "posts",
        fields: [
            "id": .string, "author": .reference("users"), "title": .string,
            "likes": .int, "score": .double, "deleted": .nullable(.timestamp),
            "editor": .nullable(.reference("users")), "created": .timestamp,
            "tags": .list(.string), "extra": .dyn, "nickname": .nullable(.string),
        ]
    )
    environment.declareObject(
        "follows",
        fields: ["id": .string, "follower": .reference("users"), "followee": .reference("users")]
    )
    environment.declareObject(
        "likes",
        fields: ["post": .reference("posts"), "account": .reference("users")]
    )
    environment.declareObject("auth", fields: ["id": .string, "role": .nullable(.string)])
    environment.declareSubject("posts")
    environment.declareCollection("follows")
    environment.declareCollection("likes")
    environment.declareVariable("auth", .nullable(.object("auth")))
    environment.declareVariable("now", .timestamp)
    environment.declareVariable("request.time", .timestamp)
    environment.declareFunction(
        Function("can", receiver: .object("auth"), parameters: [.string], result: .bool) {
            (arguments) throws(EvaluationError) in
            guard case .object(let auth) = arguments[0] else { throw .noOverload("can", arguments) }
            return .bool(auth["role"].isEqual(to: arguments[1]))
        }
    )
    environment.declareFunction(
        Function(
            "sum",
            isMethod: false,
            overloads: [.init([.int], .int), .init([.double], .double)],
            implementation: nil
        )
    )
    return environment
}

private func errors(_ source: String, as expected: CELType? = nil) -> [ExpressionError] {
    do throws(ExpressionErrors) {
        _ = try postsEnvironment().check(source, as: expected)
        return []
    } catch {
        return error.errors
    }
}

@Suite struct CheckerTests {
    @Test(arguments: [
        ("title + 'x'", "string"), ("likes + 1", "int"), ("score / 2.0", "double"),
        ("likes < score", "bool"), ("created - now", "duration"),
        ("created + duration('1h')", "timestamp"), ("tags.map(t, size(t))", "list(int)"),
        ("tags[0]", "string"), ("tags[?0]", "optional(string)"), ("extra.a.b", "dyn"),
        ("{'a': 1}.a", "int"), ("[1, 'a']", "list(dyn)"), ("[title, null]", "list(string or null)"),
        ("likes > 1 ? title : null", "string or null"), ("author", "reference to users"),
        ("author.name", "string"), ("author.bio", "string or null"), ("editor.name", "string"),
        ("follows.filter(f, f.follower == author)", "collection follows"),
        ("follows.map(f, f.followee)", "list(reference to users)"), ("size(follows)", "int"),
        ("follows.exists(f, f.follower.name == 'a')", "bool"), ("auth.can('x')", "bool"),
        ("created.date()", "string"), ("created.date('Europe/Berlin')", "string"),
        ("sum(likes)", "int"), ("sum(score)", "double"), ("request.time", "timestamp"),
        ("type(likes) == int", "bool"), ("math.greatest(likes, 3)", "int"),
        ("math.greatest(likes, score)", "dyn"), ("optional.of(title).orValue('')", "string"),
        ("cel.bind(x, likes, x * x)", "int"), ("'%d'.format([likes])", "string"),
        ("google.protobuf.Timestamp", "type"),
    ])
    func `an expression has its type`(source: String, type: String) throws {
        #expect(try postsEnvironment().check(source).type.description == type)
    }

    @Test(arguments: [
        "deleted == null", "null != deleted", "deleted == now", "deleted < now",
        "nickname + 'x' == title", "auth == null", "auth != null && auth.id == author",
        "auth.role == null", "author == 'id'", "author == auth.id", "author == editor",
        "editor == null", "author in ['a', 'b']", "author in follows.map(f, f.followee)",
        "nickname == title", "title == nickname", "extra == null", "extra == 1", "extra > 1",
    ])
    func `what may be null and what refers compare as they should`(source: String) {
        #expect(errors(source, as: .bool) == [])
    }

    @Test(arguments: [
        #"visibility == "public" || author == auth.id"#, "event.post.author", "'liked'",
        "event.post.author.name", "follows.filter(f, f.followee == event.author)",
        #"likes.filter(l, l.post == event.post && now > event.at + duration("2160h"))"#,
        "countDistinct(author)", "sum(score)", "created.date()",
        "follows.exists(f, f.follower == auth.id && f.followee == author)",
        #"visibility == "public" && created > now - duration("24h")"#,
    ])
    func `the expressions of an app are checked`(source: String) throws {
        var environment = postsEnvironment()
        environment.declareObject(
            "event",
            fields: [
                "post": .reference("posts"), "author": .reference("users"), "at": .timestamp,
            ]
        )
        environment.declareVariable("event", .object("event"))
        environment.declareVariable("visibility", .string)
        if source.hasPrefix("likes.") { environment.declareSubject("users") }
        environment.declareFunction(
            Function("countDistinct", parameters: [.dyn], result: .int)
        )
        _ = try environment.check(source)
    }

    @Test(
        arguments: [
            ("titel == 'x'", 0, "unknown name 'titel'", "did you mean 'title'?"),
            ("author.nmae", 7, "'users' has no field 'nmae'", "did you mean 'name'?"),
            ("title.startWith('x')", 6, "unknown method 'startWith'", "did you mean 'startsWith'?"),
            ("siez(title)", 0, "unknown function 'siez'", "did you mean 'size'?"),
            ("title.optional()", 6, "unknown method 'optional'", nil),
            ("startsWith(title, 'x')", 0, "unknown function 'startsWith'", "write x.startsWith()"),
            (
                "title == null", 6, "string is never null",
                "only what is optional can be compared with null"
            ),
            ("title == likes", 6, "string and int cannot be compared", nil),
            ("likes == 1u", 6, "int and uint cannot be compared", nil),
            ("1 == 1.0", 2, "int and double cannot be compared", nil),
            ("title && true", 6, "'&&' cannot take string and bool", nil),
            ("title - 'x'", 6, "'-' cannot take string and string", nil),
            ("!likes", 0, "'!' cannot take int", nil),
            ("likes ? 1 : 2", 0, "the condition of '?' has to be bool, this is int", nil),
            ("true ? 1 : 'x'", 5, "the sides of ':' are int and string", nil),
            ("1 in title", 5, "'in' needs a list or a map, this is string", nil),
            ("1 in tags", 2, "int is never in list(string)", nil),
            (
                "'a' in follows", 4, "'in' needs a list, and 'follows' is a collection",
                "write follows.exists(x, x.id == …)"
            ),
            ("follows == 1", 8, "collection follows and int cannot be compared", nil),
            (
                "follows.follower", 8, "'follows' is a collection, it has no field 'follower'",
                "ask about its records, as in follows.exists(x, x.follower == …)"
            ),
            (
                "likes.exists(l, true)", 6,
                "exists() needs a list, a map or a collection, this is int", nil
            ),
            (
                "tags.filter(t, t)", 15, "the condition of filter() has to be bool, this is string",
                nil
            ),
            ("tags['x']", 5, "a list's index has to be int, this is string", nil),
            ("likes[0]", 5, "int has no elements to index", nil),
            ("likes.x", 6, "int has no fields, so no 'x'", nil),
            ("{[1]: 2}", 1, "a key cannot be list(int)", nil),
            ("[?title]", 2, "an element with '?' has to be an optional, this is string", nil),
            (
                "author == follows.map(f, f)[0]", 7,
                "reference to users and follows cannot be compared",
                "compare the record's id"
            ),
            (
                "size(1)", 0, "'size' cannot take (int)",
                "it is size(string) or size(bytes) or size(list(A)) or size(map(A, B))"
            ),
            (
                "title.contains(1)", 6, "'contains' cannot take (int) on string",
                "it is string.contains(string)"
            ),
            ("title.matches('(')", 14, "the regular expression is not valid: missing ): (", nil),
            (
                "duration('1y')", 9, "'1y' is no duration within ±292 years",
                "for example 1h30m or 2.5s"
            ),
            (
                "timestamp('today')", 10, "'today' is no timestamp of the years 1 to 9999",
                "for example 2026-01-31T12:00:00Z"
            ),
            ("likes", 0, "the expression yields int, but bool is needed", nil),
        ] as [(String, Int, String, String?)]
    )
    func `a mistake is named where it is, with what to do`(
        source: String,
        offset: Int,
        message: String,
        hint: String?
    ) throws {
        let error = try #require(errors(source, as: .bool).first)
        #expect(error.message == message)
        #expect(error.offset == offset)
        #expect(error.hint == hint)
    }

    @Test func `references to different collections are never equal`() {
        let found = errors("likes.exists(l, l.post == author)")
        // The field `likes` of the subject hides the collection.
        #expect(found.first?.message.hasPrefix("exists() needs a list") == true)
        var environment = postsEnvironment()
        environment.declareSubject("users")
        #expect(
            throws: ExpressionErrors([
                ExpressionError("a reference to posts never equals one to users", at: 23)
            ])
        ) {
            try environment.check("likes.exists(l, l.post == l.account)")
        }
    }

    @Test func `all mistakes are reported at once, in order`() {
        let found = errors("titel == 'x' && author.nmae == 1 && likes + 'a' == 2")
        #expect(
            found.map(\.message) == [
                "unknown name 'titel'", "'users' has no field 'nmae'",
                "'+' cannot take int and string",
            ]
        )
    }

    @Test func `what is read is taken down`() throws {
        let checked = try postsEnvironment().check(
            "author.name == 'a' && follows.exists(f, f.follower == auth.id) && created < now "
                + "&& title.startsWith('x')"
        )
        let references = checked.references
        #expect(references.variables == ["author", "auth", "created", "now", "title"])
        #expect(references.collections == ["follows"])
        #expect(references.objectsRead == ["follows", "users"])
        #expect(references.readsOtherRecords)
        #expect(references.functions == ["startsWith"])
        #expect(
            references.fields == [
                .init(object: "posts", field: "author"), .init(object: "users", field: "name"),
                .init(object: "follows", field: "follower"), .init(object: "auth", field: "id"),
                .init(object: "posts", field: "created"), .init(object: "posts", field: "title"),
            ]
        )
        #expect(references.traversals.map(\.object) == ["users"])
        #expect(try !postsEnvironment().check("title == 'x'").references.readsOtherRecords)
    }

    @Test func `a macro's variable hides names, and a leading dot reaches around it`() throws {
        let environment = postsEnvironment()
        let inner = try environment.check("tags.exists(title, title == 'x')")
        #expect(inner.references.variables == ["tags"])
        let outer = try environment.check("tags.exists(title, title == .title)")
        #expect(outer.references.variables == ["tags", "title"])
        let bindings = Bindings([
            "tags": .list([.string("a"), .string("b")]), "title": .string("b"),
        ])
        #expect(try outer.evaluate(bindings).isEqual(to: .bool(true)))
    }

    @Test func `the checked tree has qualified names as one`() throws {
        let checked = try postsEnvironment().check("math.abs(1) == 1 && request.time < now")
        guard case .call("_&&_", nil, let sides) = checked.root.kind,
            case .call("_==_", nil, let left) = sides[0].kind,
            case .call("_<_", nil, let right) = sides[1].kind
        else {
            Issue.record("another shape")
            return
        }
        guard case .call("math.abs", nil, _) = left[0].kind else {
            Issue.record("math.abs is not one name")
            return
        }
        guard case .identifier("request.time") = right[0].kind else {
            Issue.record("request.time is not one name")
            return
        }
        #expect(checked.type(of: right[0]) == .timestamp)
    }
}
