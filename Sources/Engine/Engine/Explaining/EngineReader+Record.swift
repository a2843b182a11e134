import ExpressionSQL
import ModelLanguage
package import Storage

extension EngineReader {
    /// Which rules are true of one record of the database for a caller, part by part.
    ///
    /// `source` is a collection or a view of records, `verb` what is asked of it.
    func explanation(
        ofRecord id: String,
        of source: String,
        verb: String,
        by caller: Caller,
        now: Int64
    ) throws(StoreError) -> [Explanation.Section] {
        let view = model.view(source)
        guard let collection = model.collection(view?.collection ?? source) else { return [] }
        let title = "record \(id)"
        let columns = ["id", collection.tenant].compactMap(\.self).map { "\"\($0)\"" }
        let statement = Statement(
            "SELECT \(columns.joined(separator: ", ")) FROM \"\(collection.name)\" WHERE \"id\" = ?1"
        )
        guard let row = try connection.rows(statement, [.text(id)]).first else {
            return [
                Explanation.Section(
                    title,
                    ["there is no record of \(collection.name) with this id"]
                )
            ]
        }
        let connection = connection
        let judge = RuleJudge(model: model, caller: caller, now: now) {
            statement,
            parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
        var lines: [String] = []
        if collection.tenant != nil {
            let isOwn = caller.tenant != nil && row[1].text == caller.tenant
            lines.append(
                isOwn ? "true   it is of the own tenant" : "false  it is of another tenant"
            )
        }
        let book = RuleBook(model)
        if let view {
            lines += try self.lines("\(view.name).where", id, book, judge)
        }
        for asked in Set(["read", verb]).sorted(by: { left, _ in left == "read" }) {
            if caller.category.isPermitted(asked, of: collection.name) {
                lines.append("true   \(asked): the permission \(collection.name).\(asked)")
            } else {
                lines += try self.lines("\(collection.name).rules.\(asked)", id, book, judge)
            }
        }
        for field in collection.fields {
            let kind = verb == "read" ? "read" : "write"
            lines += try self.lines(
                "\(collection.name).fields.\(field.name).\(kind)",
                id,
                book,
                judge
            )
        }
        return [Explanation.Section(title, lines)]
    }

    private func lines(
        _ path: String,
        _ id: String,
        _ book: RuleBook,
        _ judge: RuleJudge
    ) throws(StoreError) -> [String] {
        guard let rule = book[path] else { return [] }
        return [path] + (try judge.breakdown(of: rule, record: id)).lines.map { "    " + $0 }
    }

    /// The account with an id or an address, and the role that an operator gave it; nil if there
    /// is none.
    package func account(_ name: String) throws(StoreError) -> (id: String, role: String?)? {
        guard let accounts = model.accounts else { return nil }
        let statement = Statement(
            "SELECT a.\"id\", c.\"role\" FROM \"\(accounts.name)\" AS a"
                + " LEFT JOIN \"_accounts\" AS c ON c.\"id\" = a.\"id\""
                + " WHERE a.\"id\" = ?1 OR a.\"email\" = ?1"
        )
        let rows = try connection.rows(statement, [.text(name.lowercased())])
        guard let row = rows.first, let id = row[0].text else { return nil }
        return (id, row[1].text)
    }

    /// The roles that an account has by rule.
    package func rolesByRule(of caller: Caller) throws(StoreError) -> [String] {
        let connection = connection
        let judge = RuleJudge(model: model, caller: caller, now: clock.now()) {
            statement,
            parameters throws(StoreError) in
            try connection.rows(statement, parameters)
        }
        let book = RuleBook(model)
        var roles: [String] = []
        for role in model.roles {
            guard let rule = book["roles.\(role.name).when"] else { continue }
            if try judge.isTrue(rule, ofRecord: caller.account) { roles.append(role.name) }
        }
        return roles
    }
}
