extension Mistake {
    static let ofAccess: [Mistake] = [
        Mistake(
            "roles that include",
            #"""
            app: A
            roles:
              a: { includes: [b, d, editro], permissions: [posts.read] }
              b: { includes: [c] }
              c: { includes: [a] }
              d: { include: [a] }
              editor: { permissions: posts.read, when: 'title == "x"' }
              loop: { includes: [loop] }
            modules:
              m:
                collections:
                  posts: { fields: { title: string }, rules: { read: 'auth.hasRole("edior")' } }
            """#,
            #"""
            m:3:19: error: role "a" includes itself: a, which includes b, which includes c, which includes a
                hint: leave one of them out
            m:3:25: error: there is no role "editro"
                hint: did you mean "editor"?
            m:4:19: error: role "b" includes itself: b, which includes c, which includes a, which includes b
                hint: leave one of them out
            m:5:19: error: role "c" includes itself: c, which includes a, which includes b, which includes c
                hint: leave one of them out
            m:6:8: error: "include" is no key of a role
                hint: did you mean "includes"?
            m:7:26: error: "permissions" is a text
                hint: write a list of permissions
            m:7:44: error: "when" is about accounts, and the app has none
                hint: give a collection "accounts: true"
            m:8:22: error: role "loop" includes itself: loop, which includes loop
                hint: leave one of them out
            m:12:64: error: there is no role "edior"
                hint: did you mean "editor"?
            """#
        ),
        Mistake(
            "roles by rule",
            #"""
            app: A
            roles:
              a: { permissions: [x.y], when: 'auth.can("x.y")' }
              b: { permissions: [x.y], when: auth.role == "a" }
              c: { permissions: [x.y], when: name }
              d: { permissions: [x.y], when: nam == "x" }
              e: { permissions: [x.y], when: 'auth.hasRole("a")' }
            modules:
              m:
                collections:
                  users: { accounts: true, fields: { name: string } }
            """#,
            #"""
            m:3:34: error: "when" asks for the caller's roles, which it decides
                hint: ask for fields of the account, or use "includes"
            m:4:34: error: "when" asks for the caller's roles, which it decides
                hint: ask for fields of the account, or use "includes"
            m:5:34: error: the expression is of type string; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            m:6:34: error: unknown name 'nam'
                hint: did you mean 'name'?
            m:7:34: error: "when" asks for the caller's roles, which it decides
                hint: ask for fields of the account, or use "includes"
            """#
        ),
        Mistake(
            "what accounts say",
            #"""
            app: A
            modules:
              m:
                collections:
                  users:
                    accounts:
                      signIn: [password, acme, google]
                      providers:
                        acme: { name: Acme, fields: { nam: name, tags: groups, posts: x } }
                        code: { issuer: https://a.example }
                        other: { issuer: http://a.example, scope: [openid] }
                        google: { fields: { name: name } }
                      signUp: closed
                      sessions: { idle: 30 days, absolute: 1d, refresh: 1d }
                      consents: [Terms]
                    fields: { name: string, tags: [string], posts: { type: integer, count: posts.author } }
                  posts: { fields: { author: users } }
            """#,
            #"""
            m:9:13: error: provider "acme" needs the key "issuer"
            m:9:43: error: collection "users" has no field "nam" to fill
                hint: did you mean "name"?
            m:9:54: error: "tags" cannot be filled with a claim
                hint: fields of texts, numbers, booleans and dates can
            m:9:68: error: collection "users" has no field "posts" to fill
            m:10:13: error: a provider cannot be named "code": it is a way to sign in
                hint: choose another name
            m:11:13: warning: nobody can sign in with "other"
                hint: add it to "signIn"
            m:11:30: error: "http://a.example" is no issuer
                hint: write a URL with https and without a query, as in https://id.example.com
            m:11:48: error: "scope" is no key of a provider
                hint: did you mean "scopes"?
            m:13:19: error: "closed" is no value of "signUp"
                hint: write one of open, invited
            m:14:29: error: "30 days" is no duration
                hint: write a number from 1 to 36500 and s, m, h or d, as in 30d
            m:14:48: error: sessions cannot last shorter than they may be idle
                hint: "idle" is at most as long as "absolute"
            m:14:52: error: "refresh" is no key of "sessions"
                hint: the keys are idle, absolute
            m:15:22: error: "Terms" is no name: what is consented to is small letters, digits, ., - and _, a letter first
                hint: write "terms"
            """#
        ),
        Mistake(
            "anonymous accounts where only who is invited signs up",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: { signIn: [password, anonymous], signUp: invited } }
            """#,
            #"""
            m:5:47: error: there are no anonymous accounts where only who is invited signs up
                hint: leave one of them out
            """#
        ),
        Mistake(
            "passkeys that nobody can make",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: { signIn: [passkey] } }
            """#,
            #"""
            m:5:37: error: nobody can make a first passkey: whoever signs up has no way in
                hint: write "verifyEmail: true", or add a way to "signIn", such as code
            """#
        ),
        Mistake(
            "sessions that end before they are idle",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: { sessions: { idle: 2d, absolute: 1d } } }
            """#,
            #"""
            m:5:60: error: sessions cannot last shorter than they may be idle
                hint: "idle" is at most as long as "absolute"
            """#
        ),
        Mistake(
            "shares",
            #"""
            app: A
            modules:
              p: { collections: { users: { accounts: true } } }
              m:
                collections:
                  notes:
                    shares: { grant: record.autor == auth.id }
                    fields: { author: string }
                    rules: { read: 'shared("reed")', update: shared(author), delete: 'shared()' }
                  pages: { rules: { read: 'shared("read")' } }
                  tasks: { shares: { grants: "true" } }
            """#,
            #"""
            m:7:9: error: module "m" reads "users" of module "p" and does not say so
                hint: add p.users to the "uses" of module m
            m:7:33: error: 'notes' has no field 'autor'
                hint: did you mean 'author'?
            m:9:25: error: shared() needs one of "delete", "read", "update"
                hint: for example shared("delete")
            m:9:50: error: shared() needs one of "delete", "read", "update"
                hint: for example shared("delete")
            m:9:75: error: shared() needs one of "delete", "read", "update"
                hint: for example shared("delete")
            m:10:32: error: unknown function 'shared'
            m:11:24: error: shares needs the key "grant"
            m:11:26: error: "grants" is no key of shares
                hint: did you mean "grant"?
            """#
        ),
        Mistake(
            "a name that shares need",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: true }
                  notes: { shares: { grant: "true" } }
                  notes_shares: {}
            """#,
            #"""
            m:6:16: error: collection "notes_shares" has no field "account"
            m:6:16: error: collection "notes_shares" has no field "record"
            m:7:7: error: the name "notes_shares" is taken
                hint: line 6 has it; rename this collection
            """#
        ),
        Mistake(
            "shares without accounts",
            #"""
            app: A
            modules: { m: { collections: { notes: { shares: { grant: "true" } } } } }
            """#,
            #"""
            m:2:41: error: "shares" are for accounts, and the app has none
                hint: give a collection "accounts: true"
            """#
        ),
        Mistake(
            "encrypted and personal fields",
            #"""
            app: A
            modules:
              m:
                collections:
                  users:
                    accounts: true
                    fields:
                      a: { type: string, encrypted: true, unique: true }
                      b: { type: users, encrypted: true, optional: true }
                      c: { type: json, encrypted: { index: true } }
                      d: { type: integer, encrypted: true }
                      e: { type: integer, sum: notes.author.n }
                      f: { type: string, encrypted: { indexed: true } }
                      g: { type: string, encrypted: yes }
                    indexes: [[d]]
                    unique: [[d, f]]
                  notes:
                    fields:
                      author: users
                      n: { type: integer, encrypted: true }
                      t: { type: string, personal: true }
                  posts:
                    owner: title
                    fields: { author: users, title: string }
                  logs:
                    fields:
                      by: { type: users, onCreate: auth.id, optional: true, onDelete: anonymize }
                      to: { type: notes, optional: true, onDelete: anonymize }
                      at: { type: users, onDelete: anonymize }
                      text: { type: string, personal: true }
                      code: { type: string, encrypted: true }
                  memos:
                    fields:
                      by: { type: users, onCreate: auth.id, optional: true, onDelete: setNull }
                      text: { type: string, personal: true, optional: true }
                views:
                  by-d: { of: users, sort: -d, rules: { read: "true" } }
            """#,
            #"""
            m:8:47: error: "unique" needs an index over the encrypted values
                hint: write encrypted: { index: true }
            m:9:29: error: a relation cannot be encrypted
                hint: leave it out
            m:10:28: error: values of type json cannot be looked up
                hint: write encrypted: true
            m:12:36: error: "notes.n" is encrypted, so the database cannot add it up
            m:13:43: error: "indexed" is no key of "encrypted"
                hint: did you mean "index"?
            m:14:41: error: "encrypted" is a text
                hint: write true or false
            m:15:20: error: the field "d" is encrypted, so the database knows no order of it
                hint: leave it out
            m:16:19: error: the field "d" is encrypted, so the database knows no order of it
                hint: write encrypted: { index: true }
            m:16:22: error: the field "f" is encrypted, so the database knows no order of it
                hint: write encrypted: { index: true }
            m:20:31: error: "n" is encrypted, and nothing says whose it is
                hint: add "owner" with a relation of this collection to the accounts
            m:21:30: error: "t" is personal, and nothing says whose it is
                hint: add "owner" with a relation of this collection to the accounts
            m:23:16: error: "owner" names a relation to "users"; "title" is of type string
            m:28:46: error: "anonymize" is for relations to accounts
                hint: write setNull
            m:29:30: error: "anonymize" needs an optional field
                hint: add "optional: true", or write cascade or restrict
            m:30:11: error: "text" is erased when "by" is, so it has to be optional
                hint: add "optional: true"
            m:31:11: error: "code" is erased when "by" is, so it has to be optional
                hint: add "optional: true"
            m:34:65: error: "text" would stay when its owner "by" is erased
                hint: write onDelete: anonymize, which erases it, or cascade
            m:37:32: error: the field "d" is encrypted, so the database knows no order of it
                hint: leave it out
            """#
        ),
        Mistake(
            "owners of accounts",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: true, owner: boss, fields: { boss: { type: users, optional: true } } }
            """#,
            #"""
            m:5:39: error: accounts are their own owners
                hint: leave it out
            """#
        ),
        Mistake(
            "owners without accounts",
            #"""
            app: A
            modules: { m: { collections: { notes: { owner: a, fields: { a: string } } } } }
            """#,
            #"""
            m:2:48: error: "owner" names an account, and the app has none
                hint: leave it out
            """#
        ),
    ]
}
