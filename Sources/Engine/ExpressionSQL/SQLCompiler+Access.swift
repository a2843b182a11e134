package import ModelLanguage

extension SQLCompiler {
    /// Which rows of a collection the caller may read: those of the `read` rule, or all with the
    /// permission `posts.read`, if that is its name; of these those of the caller's tenant, and none
    /// that is out of the caller's scopes.
    ///
    /// Without rule and permission there are none.
    package func readCondition(
        of collection: Collection,
        alias: String,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        guard caller.reaches("read", of: collection.name) else { return .never }
        let tenancy = tenantCondition(of: collection, alias: alias, into: parameters)
        if tenancy == .never || caller.isPermitted("read", of: collection.name) { return tenancy }
        guard let rule = collection.rules.read else { return .never }
        let readable = try condition(rule, of: collection, alias: alias, into: parameters)
        return .all([tenancy, readable])
    }

    /// Which rows are of the tenant that the caller's session is in: all where the collection has
    /// no tenants, none where the caller has none.
    ///
    /// Every statement that reads or changes rows of a collection has it, whatever rules and
    /// permissions say.
    package func tenantCondition(
        of collection: Collection,
        alias: String,
        into parameters: SQLParameters
    ) -> SQLCondition {
        collection.tenancy(of: caller, alias: alias, into: parameters)
    }

    /// In which rows the caller may see a field, beside the collection's `read` rule.
    package func fieldCondition(
        _ field: Field,
        of collection: Collection,
        alias: String,
        into parameters: SQLParameters
    ) throws(SQLCompileError) -> SQLCondition {
        guard let rule = field.read else { return .always }
        return try condition(rule, of: collection, alias: alias, into: parameters)
    }
}

extension Collection {
    /// NULL, the tenant of a caller without one, equals nothing.
    func tenancy(
        of caller: CallerClass,
        alias: String,
        into parameters: SQLParameters
    ) -> SQLCondition {
        guard let tenant else { return .always }
        guard caller.isSignedIn else { return .never }
        return .sql("\(alias).\"\(tenant)\" = \(parameters.bind(.fact(.tenant)))")
    }
}
