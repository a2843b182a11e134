extension Mistake {
    static let ofTenants: [Mistake] = [
        Mistake(
            "tenants",
            #"""
            app: A
            tenants: { of: orgs, members: links }
            modules:
              m:
                collections:
                  users: { accounts: true, tenant: org, fields: { org: orgs } }
                  orgs: { tenant: parent, fields: { parent: { type: orgs, optional: true } } }
                  links: { fields: { a: users, b: users } }
                  notes:
                    tenant: org
                    fields:
                      org: { type: orgs, optional: true, unique: true, default: x, write: "true" }
                  pages: { tenant: orgg, fields: { org: orgs } }
                  sheets: { tenant: title, fields: { title: string } }
            """#,
            #"""
            m:2:31: error: "links" has several relations to "users": a, b
                hint: who belongs to which tenant is said by exactly one
            m:6:40: error: "users" cannot be kept apart by tenant: whoever signs in has none before
                hint: write a rule, as in read: org == auth.tenant
            m:7:23: error: "orgs" cannot be kept apart by tenant: whoever signs in has none before
                hint: write a rule, as in read: id == auth.tenant
            m:12:30: error: "optional" does not go with "tenant": the server sets "org"
                hint: leave it out
            m:12:46: error: "unique" does not go with "tenant": the server sets "org"
                hint: leave it out
            m:12:60: error: "default" does not go with "tenant": the server sets "org"
                hint: leave it out
            m:12:69: error: the default of "org" is not a uuid
                hint: write it as in 0190a0b0-0000-7000-8000-000000000000
            m:12:72: error: "write" does not go with "tenant": the server sets "org"
                hint: leave it out
            m:13:24: error: collection "pages" has no field "orgg"
                hint: did you mean "org"?
            m:14:25: error: "tenant" names a relation to "orgs"; "title" is of type string
            """#
        ),
        Mistake(
            "tenants that are not there",
            #"""
            app: A
            tenants: { of: orgz }
            modules:
              m:
                collections:
                  orgs: {}
                  notes: { tenant: org, fields: { org: orgs } }
            """#,
            #"""
            m:2:16: error: there is no collection "orgz"
                hint: did you mean "orgs"?
            m:7:24: error: "tenant" needs the app to have tenants
                hint: say at the top of the file which collection they are, as in tenants: { of: organizations }
            """#
        ),
        Mistake(
            "people who choose their tenant",
            #"""
            app: A
            tenants: { of: orgs }
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields:
                      org: { type: orgs, optional: true }
                  orgs: {}
            """#,
            #"""
            m:9:11: warning: whoever signs up, or may change an account, chooses its tenant by "org"
                hint: say who may set it, as in write: 'auth.can("users.assign")'
            """#
        ),
        Mistake(
            "tenants without accounts",
            #"""
            app: A
            tenants: { of: orgs, members: people }
            modules:
              m:
                collections:
                  orgs: {}
            """#,
            #"""
            m:2:16: error: "tenants" need accounts, and the app has none
                hint: give a collection "accounts: true"
            """#
        ),
    ]
}
