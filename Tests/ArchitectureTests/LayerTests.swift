import Testing

/// What may know what.
@Suite struct LayerTests {
    /// The layers of `Sources/`, lowest first.
    static let layers = ["Language", "Storage", "Engine", "Services", "Interfaces", "App"]

    @Test func `every file stands in a layer`() throws {
        let found = Set(try SourceTree.files(below: "Sources").map(\.layer))
        #expect(found == Set(Self.layers))
    }

    @Test func `targets import only their own layer and those below`() throws {
        let files = try SourceTree.files(below: "Sources")
        let layer = Dictionary(files.map { ($0.target, $0.layer) }) { first, _ in first }
        var found = 0
        for file in files {
            for module in file.imports {
                guard let imported = layer[module] else { continue }
                found += 1
                let rank = try #require(Self.layers.firstIndex(of: imported))
                let own = try #require(Self.layers.firstIndex(of: file.layer))
                #expect(rank <= own, "\(file.path) imports \(module) of \(imported)")
            }
        }
        #expect(found > 100)
    }

    /// Siblings know each other through a contract below them, with these exceptions.
    static let siblings: [String: Set<String>] = [
        "Expressions": ["CRE2"],
        "ModelLanguage": ["JSON", "Expressions", "CRE2"],
        "SQLite": ["Storage", "CSQLite"],
        "Encryption": ["Storage"],
        "Engine": ["ExpressionSQL"],
        "Authenticators": ["JOSE"],
        "OpenIDConnect": ["JOSE"],
        "Identity": ["CArgon2", "Authenticators", "JOSE", "Mail", "OpenIDConnect"],
        "RuleTesting": ["Seeding"],
        "HTTPServing": ["CZlib"],
        "AccountsAPI": ["OpenAPI"],
        "REST": ["HTTPServing", "OpenAPI", "AccountsAPI"],
    ]

    @Test func `siblings are imported only where it is agreed`() throws {
        let files = try SourceTree.files(below: "Sources")
        let layer = Dictionary(files.map { ($0.target, $0.layer) }) { first, _ in first }
        for file in files {
            for module in file.imports where layer[module] == file.layer && module != file.target {
                #expect(
                    Self.siblings[file.target]?.contains(module) == true,
                    "\(file.path) imports its sibling \(module)"
                )
            }
        }
    }

    /// The store is chosen where the app is put together, and nowhere else.
    @Test func `only the app knows which store there is`() throws {
        for file in try SourceTree.files(below: "Sources") where file.layer != "App" {
            #expect(file.target == "SQLite" || !file.imports.contains("SQLite"), "\(file.path)")
        }
    }

    /// What runs once a row or once a request does without it.
    @Test(arguments: [
        "JSON", "Expressions", "Storage", "SQLite", "ExpressionSQL", "Engine", "REST",
    ])
    func `the hot path does without Foundation`(target: String) throws {
        let files = try SourceTree.files(below: "Sources").filter { $0.target == target }
        #expect(!files.isEmpty)
        for file in files { #expect(!file.imports.contains("Foundation"), "\(file.path)") }
    }
}
