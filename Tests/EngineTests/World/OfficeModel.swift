/// Two organizations that share an app, with people who share single tasks.
enum OfficeModel {
    static let text = """
        app: Office
        roles:
          analyst: [numbers.read]
          lead: { includes: [analyst], permissions: [projects.read, projects.update, projects.delete] }
          staff: { permissions: [gadgets.delete], when: 'email.endsWith("@staff.example") && department != null' }
          owner:
            includes: [lead]
            when: memberships.exists(m, m.member == id && m.organization == auth.tenant && m.isOwner)
          careful: { permissions: [vaults.read], when: auth.mfa && auth.verified }
        tenants: { of: organizations, members: memberships }
        modules:
          office:
            collections:
              users:
                accounts: true
                fields:
                  department: { type: string, optional: true }
                  salary: { type: integer, optional: true, read: id == auth.id }
                rules: { create: "true", read: "true", update: 'id == auth.id || auth.can("users.edit")' }
              organizations:
                fields: { name: string }
                rules: { create: auth != null, read: id == auth.tenant }
              memberships:
                fields:
                  member: { type: users, onDelete: cascade }
                  organization: { type: organizations, onDelete: cascade }
                  isOwner: { type: boolean, default: false }
                rules: { create: "true", read: member == auth.id }
              projects:
                tenant: organization
                fields:
                  organization: { type: organizations, onDelete: cascade }
                  code: { type: string, unique: true }
                  name: string
                  parent: { type: projects, optional: true, onDelete: setNull }
                  tasks: { type: integer, count: tasks.project }
                unique: [[name]]
                rules: { create: "true", read: "true", update: "true", delete: "true" }
              tasks:
                tenant: organization
                shares: { grant: record.author == auth.id }
                fields:
                  organization: { type: organizations, onDelete: cascade }
                  project: { type: projects, onDelete: cascade }
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  title: string
                  estimate: { type: integer, default: 1, read: author == auth.id }
                rules:
                  create: auth != null
                  read: author == auth.id || shared("read")
                  update: author == auth.id || shared("update")
                  delete: author == auth.id || shared("delete")
              gadgets:
                fields:
                  project: { type: projects, optional: true, onDelete: setNull }
                  name: string
                rules: { create: "true", read: "true", update: "true", delete: "false" }
              vaults:
                fields: { name: string }
                rules:
                  create: request.method == "POST" && request.secure && auth.mfa
                  read: >-
                    auth.verified && !auth.anonymous && auth.impersonator == null &&
                    auth.authenticated > now - duration("5m") && request.address.startsWith("10.")
                  update: auth.account.department == name
                  delete: auth.hasRole("analyst")
            views:
              board: { of: tasks, sort: -created, rules: { read: auth != null } }
              shared: { of: tasks, where: shared("update"), sort: -created, rules: { read: auth != null } }
              numbers: { of: tasks, select: { tasks: count() }, rules: { read: auth != null } }
              people:
                of: users
                select: { all: count(), busy: 'count(tasks.exists(t, t.author == id) ? id : null)' }
                rules: { read: auth != null }
              per-project:
                of: tasks
                group: [project]
                select: { tasks: count() }
                rules: { read: auth != null }
        """
}
