// swift-tools-version:6.2
import PackageDescription

// The layers, lowest first. A target may depend on its own layer and those below it.

let language = layer(
    "Language",
    [
        .target(name: "Bytes"),
        .target(name: "JSON"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "Expressions", dependencies: ["CRE2"]),
        .target(
            name: "ModelLanguage",
            dependencies: ["JSON", "Expressions", "CRE2", .product(name: "Yams", package: "Yams")]
        ),
    ]
)

let storage = layer(
    "Storage",
    [
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]
        ),
        .target(name: "Storage", dependencies: ["JSON", "ModelLanguage"]),
        .target(
            name: "SQLite",
            dependencies: ["Bytes", "CRE2", "CSQLite", "JSON", "ModelLanguage", "Storage"]
        ),
        .target(
            name: "Encryption",
            dependencies: [
                "Bytes", "JSON", "Storage", .product(name: "Crypto", package: "swift-crypto"),
            ]
        ),
    ]
)

let engine = layer(
    "Engine",
    [
        .target(name: "ExpressionSQL", dependencies: ["Expressions", "ModelLanguage", "Storage"]),
        .target(
            name: "Engine",
            dependencies: [
                "Bytes", "ExpressionSQL", "Expressions", "JSON", "ModelLanguage", "Storage",
            ]
        ),
    ]
)

let services = layer(
    "Services",
    [
        .systemLibrary(
            name: "CArgon2",
            pkgConfig: "libargon2",
            providers: [.apt(["libargon2-dev"])]
        ),
        .target(
            name: "JOSE",
            dependencies: [
                "Bytes", "JSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "Authenticators",
            dependencies: [
                "Bytes", "JOSE", "JSON",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ]
        ),
        .target(
            name: "OpenIDConnect",
            dependencies: [
                "Bytes", "JOSE", "JSON",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .target(
            name: "Mail",
            dependencies: [
                "Bytes", "Encryption", "JSON", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        .target(
            name: "Identity",
            dependencies: [
                "Authenticators", "Bytes", "CArgon2", "Encryption", "Engine", "ExpressionSQL",
                "JOSE", "JSON", "Mail", "ModelLanguage", "OpenIDConnect", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "RuleTesting",
            dependencies: [
                "Engine", "ExpressionSQL", "Expressions", "JSON", "ModelLanguage", "Seeding",
                "Storage",
            ]
        ),
        .target(
            name: "Seeding",
            dependencies: ["Engine", "Expressions", "JSON", "ModelLanguage", "Storage"]
        ),
    ]
)

let interfaces = layer(
    "Interfaces",
    [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "HTTPServing",
            dependencies: [
                "CZlib",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "OpenAPI",
            dependencies: ["Expressions", "JSON", "ModelLanguage"],
            resources: [.embedInCode("Assets")]
        ),
        .target(
            name: "AccountsAPI",
            dependencies: [
                "Bytes", "Engine", "ExpressionSQL", "Expressions", "Identity", "JSON",
                "ModelLanguage", "OpenAPI", "Storage",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .target(
            name: "REST",
            dependencies: [
                "AccountsAPI", "Engine", "ExpressionSQL", "HTTPServing", "Identity", "JSON",
                "ModelLanguage", "OpenAPI", "Storage",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
    ]
)

let app = layer(
    "App",
    [
        .executableTarget(
            name: "mainstay",
            dependencies: [
                "AccountsAPI", "Authenticators", "Bytes", "Encryption", "Engine",
                "ExpressionSQL", "Expressions", "HTTPServing", "Identity", "JOSE", "JSON",
                "Mail", "ModelLanguage", "OpenAPI", "OpenIDConnect", "REST", "RuleTesting",
                "SQLite", "Seeding", "Storage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        )
    ]
)

let tests: [Target] = [
    test("BytesTests", of: ["Bytes"]),
    test("JSONTests", of: ["JSON"]),
    test("ExpressionsTests", of: ["Expressions"], exclude: ["Conformance/unsupported.txt"]),
    test("ModelLanguageTests", of: ["ModelLanguage", "Expressions", "JSON"]),
    test("StorageTests", of: ["Storage", "JSON", "ModelLanguage"]),
    // What every store has to pass: functions over a store, run by each store's own tests.
    .target(
        name: "StoreConformance",
        dependencies: ["Storage", "JSON", "ModelLanguage"],
        path: "Tests/StoreConformance"
    ),
    test(
        "SQLiteTests",
        of: [
            "SQLite", "CSQLite", "Encryption", "JSON", "ModelLanguage", "Storage",
            "StoreConformance",
        ]
    ),
    test(
        "ExpressionSQLTests",
        of: ["ExpressionSQL", "Expressions", "JSON", "ModelLanguage", "SQLite", "Storage"]
    ),
    test(
        "EngineTests",
        of: [
            "Bytes", "Engine", "Encryption", "ExpressionSQL", "Expressions", "JSON",
            "ModelLanguage",
            "SQLite", "Storage",
        ]
    ),
    test(
        "EncryptionTests",
        of: [
            "Encryption", "JSON", "ModelLanguage", "SQLite", "Storage",
            .product(name: "Crypto", package: "swift-crypto"),
        ]
    ),
    test(
        "JOSETests",
        of: [
            "Bytes", "JOSE", "JSON",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "CryptoExtras", package: "swift-crypto"),
            .product(name: "JWTKit", package: "jwt-kit"),
        ],
        exclude: ["Vectors"]
    ),
    // Credentials as a browser and its authenticator make them, for the tests of whoever checks them.
    .target(
        name: "SoftwareAuthenticator",
        dependencies: [
            "JSON",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "CryptoExtras", package: "swift-crypto"),
        ],
        path: "Tests/SoftwareAuthenticator"
    ),
    test(
        "AuthenticatorsTests",
        of: [
            "Authenticators", "JSON", "SoftwareAuthenticator",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "CryptoExtras", package: "swift-crypto"),
        ],
        exclude: ["Vectors"]
    ),
    test(
        "OpenIDConnectTests",
        of: [
            "Bytes", "OpenIDConnect", "JOSE", "JSON",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]
    ),
    test(
        "MailTests",
        of: [
            "Mail", "Encryption", "JSON", "ModelLanguage", "SQLite", "Storage",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ]
    ),
    test(
        "RuleTestingTests",
        of: [
            "RuleTesting", "Encryption", "Engine", "ExpressionSQL", "Expressions", "JSON",
            "ModelLanguage",
            "SQLite", "Storage",
        ]
    ),
    test(
        "AccountsAPITests",
        of: [
            "AccountsAPI", "Encryption", "Engine", "Identity", "JSON", "ModelLanguage", "OpenAPI",
            "SQLite", "Storage",
        ]
    ),
    test(
        "IdentityTests",
        of: [
            "Identity", "Authenticators", "Bytes", "CArgon2", "Encryption", "JOSE", "Mail",
            "OpenIDConnect", "Engine", "ExpressionSQL", "JSON", "ModelLanguage",
            "SoftwareAuthenticator", "SQLite", "Storage",
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "JWTKit", package: "jwt-kit"),
        ]
    ),
    test(
        "SeedingTests",
        of: ["Seeding", "Engine", "Expressions", "JSON", "ModelLanguage", "SQLite", "Storage"]
    ),
    test(
        "HTTPServingTests",
        of: [
            "HTTPServing", "CZlib",
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOEmbedded", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOTLS", package: "swift-nio"),
            .product(name: "NIOHTTP2", package: "swift-nio-http2"),
            .product(name: "NIOHPACK", package: "swift-nio-http2"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ]
    ),
    test("OpenAPITests", of: ["OpenAPI", "AccountsAPI", "Expressions", "JSON", "ModelLanguage"]),
    test(
        "RESTTests",
        of: [
            "REST", "AccountsAPI", "Encryption", "Engine", "ExpressionSQL", "HTTPServing",
            "Identity", "JSON", "ModelLanguage",
            "OpenAPI", "SQLite", "Storage",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
        ]
    ),
    test("ArchitectureTests", of: ["Engine"]),
]

let package = Package(
    name: "mainstay",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "mainstay", targets: ["mainstay"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: language + storage + engine + services + interfaces + app + tests,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)

/// Places each target in `Sources/<layer>/<target>`, so that the folders show the architecture.
func layer(_ name: String, _ targets: [Target]) -> [Target] {
    for target in targets { target.path = "Sources/\(name)/\(target.name)" }
    return targets
}

/// A test target in `Tests/<name>`.
func test(
    _ name: String,
    of dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: exclude
    )
}

for target in package.targets where target.type != .system && target.name != "CRE2" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
