/// A checked model: everything that one `mainstay.yaml` says about an app.
///
/// A `Model` exists only once every name in it is resolved and every expression is type-checked, so
/// what reads it needs no error handling. `ModelLoader` makes one from YAML text.
package struct Model: Sendable {
    /// The app's name, as in `app: SocialConnect`.
    package let name: String
    /// The first part of every path, as in `api: v1`.
    package let api: String
    package let roles: [Role]
    package let modules: [Module]
    /// Every collection of every module, in the order of the file.
    ///
    /// Names are unique in the app.
    package let collections: [Collection]
    /// Every view of every module, in the order of the file.
    ///
    /// Names are unique among collections too.
    package let views: [View]
    /// Set where the app keeps several tenants apart.
    package let tenants: Tenants?

    private let collectionIndex: [String: Int]
    private let viewIndex: [String: Int]

    package init(
        name: String,
        api: String,
        roles: [Role],
        modules: [Module],
        collections: [Collection],
        views: [View],
        tenants: Tenants? = nil
    ) {
        self.name = name
        self.api = api
        self.roles = roles
        self.modules = modules
        self.collections = collections
        self.views = views
        self.tenants = tenants
        collectionIndex = Dictionary(
            collections.indices.map { (collections[$0].name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        viewIndex = Dictionary(
            views.indices.map { (views[$0].name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    package func collection(_ name: String) -> Collection? {
        collectionIndex[name].map { collections[$0] }
    }

    package func role(_ name: String) -> Role? {
        roles.first { $0.name == name }
    }

    package func view(_ name: String) -> View? {
        viewIndex[name].map { views[$0] }
    }

    /// The collection whose records can sign in, if the app has one.
    package var accounts: Collection? {
        collections.first { $0.accounts != nil }
    }
}

/// A part of the app that owns its collections and says what it reads of others.
package struct Module: Sendable {
    package let name: String
    /// What it reads of other modules, by collection.
    package let uses: [Use]

    package init(name: String, uses: [Use]) {
        self.name = name
        self.uses = uses
    }

    package struct Use: Sendable, Hashable {
        package let module: String
        package let collection: String

        package init(module: String, collection: String) {
            self.module = module
            self.collection = collection
        }
    }
}
