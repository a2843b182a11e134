/// A small app for those who want to learn what they may not: rules that read other records, hidden
/// fields of every kind, relations that may be null, and services that are no account.
enum BureauModel {
    static let text = """
        app: Bureau
        roles:
          clerk: [bureau.file]
        modules:
          bureau:
            collections:
              users:
                accounts: true
                rules: { create: "true", read: "true", update: id == auth.id }
              passes:
                fields:
                  holder: { type: users, onDelete: cascade }
                rules: { create: "true" }
              files:
                shares: { grant: record.author == auth.id }
                fields:
                  author: { type: users, optional: true, onCreate: auth.id, onDelete: setNull }
                  assignee: { type: users, optional: true, onDelete: setNull }
                  title: string
                  number: { type: integer, default: 0 }
                rules:
                  create: "true"
                  read: auth.id in [author, assignee] || shared("read")
                  update: author == auth.id
                  delete: 'assignee == auth.id ? true : false'
              notes:
                fields:
                  file: { type: files, onDelete: cascade }
                  author: { type: users, optional: true, onCreate: auth.id, onDelete: setNull }
                  text: string
                rules: { create: "true", read: author == auth.id }
              codes:
                fields:
                  code: { type: string, unique: true, write: 'passes.exists(p, p.holder == auth.id)' }
                  label: { type: string, unique: true, optional: true }
                  owner: { type: users, optional: true, onCreate: auth.id, onDelete: setNull }
                rules:
                  create: passes.exists(p, p.holder == auth.id)
                  read: owner == auth.id
                  update: 'label != "forbidden" && (owner == auth.id && !passes.exists(p, p.holder == id))'
              drawers:
                fields:
                  owner: { type: users, onCreate: auth.id, onDelete: cascade }
                  keeper: { type: users, optional: true, onDelete: setNull }
                  label: { type: string, optional: true, write: keeper == auth.id }
                  mark: { type: string, optional: true, immutable: true, read: owner == auth.id }
                  heir: { type: users, optional: true, onDelete: setNull, read: owner == auth.id }
                  inside: { type: json, optional: true, read: owner == auth.id }
                rules: { create: "true", read: "true", update: auth != null }
              stamps:
                fields: { number: integer }
                rules: { create: "true", read: "true", update: number < 10 }
              desks:
                fields: { name: string }
                rules:
                  create: auth.can("bureau.file")
                  read: auth != null && auth.can("bureau.file")
                  update: auth == null
                  delete: auth.id != id
              visits:
                fields:
                  guest: { type: users, optional: true, onCreate: auth.id, onDelete: setNull }
                rules: { create: auth == null, read: "true" }
            views:
              per-title: { of: files, group: { title: title }, select: { files: count() }, rules: { read: "true" } }
        """
}
