import Testing

/// Each kind of mistake: exactly what is said, where, and with which hint.
@Suite struct `Mistakes` {
    @Test(arguments: Mistake.inTexts)
    func `in the YAML are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inShapes)
    func `in keys and shapes are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inCollections)
    func `in collections are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inFields)
    func `in fields are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inModules)
    func `between modules are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inViews)
    func `in views are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.ofAccess)
    func `in accounts, roles, shares and secrets are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.ofTenants)
    func `in tenants are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }

    @Test(arguments: Mistake.inExpressions)
    func `in expressions are told`(_ mistake: Mistake) {
        #expect(messages(of: mistake.file) == mistake.expected)
    }
}
