extension Mistake {
    static let inCollections: [Mistake] = [
        Mistake(
            "a misspelt key of a collection",
            .collection,
            #"""
            feilds: { title: string }
            """#,
            #"""
            m:6:9: error: "feilds" is no key of a collection
                hint: did you mean "fields"?
            """#
        ),
        Mistake(
            "a collection is a text",
            #"""
            app: A
            modules: { m: { collections: { things: text } } }
            """#,
            #"""
            m:2:40: error: a collection is a text
                hint: write a mapping with the keys description, was, accounts, fields, indexes, unique, validate, rules, tenant, owner, shares
            """#
        ),
        Mistake(
            "a collection with a capital letter",
            #"""
            app: A
            modules: { m: { collections: { BlogPosts: {} } } }
            """#,
            #"""
            m:2:32: error: "BlogPosts" is no name: a collection's name is small letters, digits and _, a letter first
                hint: write "blog_posts"
            """#
        ),
        Mistake(
            "reserved names of collections and views",
            #"""
            app: A
            modules:
              m:
                collections: { auth: {}, batch: {}, now: {}, in: {}, string: {}, file: {} }
                views: { next: { of: auth } }
            """#,
            #"""
            m:4:20: error: a collection cannot be named "auth": expressions have another meaning for it
                hint: choose another name
            m:4:30: error: a collection cannot be named "batch": a path of the API has this name
                hint: choose another name
            m:4:41: error: a collection cannot be named "now": expressions have another meaning for it
                hint: choose another name
            m:4:50: error: a collection cannot be named "in": expressions have another meaning for it
                hint: choose another name
            m:4:58: error: a collection cannot be named "string": it is the name of a type
                hint: choose another name
            m:4:70: error: a collection cannot be named "file": it is the name of a type
                hint: choose another name
            m:5:14: error: a view cannot be named "next": a path of the API has this name
                hint: choose another name
            """#
        ),
        Mistake(
            "the same name in two modules",
            #"""
            app: A
            modules:
              m: { collections: { things: {} } }
              n: { collections: { things: {} }, views: { things: { of: things } } }
            """#,
            #"""
            m:4:23: error: the name "things" is taken
                hint: line 3 has it; rename this collection
            m:4:46: error: the name "things" is taken
                hint: line 4 has it; rename this view
            m:4:60: error: module "n" reads "things" of module "m" and does not say so
                hint: add m.things to the "uses" of module n
            """#
        ),
        Mistake(
            "accounts of another shape",
            .collection,
            #"""
            accounts: yes
            """#,
            #"""
            m:6:19: error: "accounts" is a text
                hint: write true, or a mapping with the key signIn
            """#
        ),
        Mistake(
            "another way to sign in",
            .collection,
            #"""
            accounts: { signIn: [password, passwrd, google, acme, google], mfa: always }
            """#,
            #"""
            m:6:40: error: "passwrd" is no way to sign in
                hint: did you mean "password"?
            m:6:57: error: "acme" is no way to sign in
                hint: the ways are password, code, passkey, anonymous, google, github, apple, microsoft, gitlab, and what "providers" has
            m:6:63: error: "google" is there twice
            m:6:77: error: "always" is no value of "mfa"
                hint: write one of off, optional, required
            """#
        ),
        Mistake(
            "two accounts collections",
            #"""
            app: A
            modules:
              m: { collections: { users: { accounts: true }, admins: { accounts: true } } }
            """#,
            #"""
            m:3:50: error: "admins" is a second accounts collection
                hint: the accounts of this app are "users"
            """#
        ),
        Mistake(
            "a former name that is still there",
            #"""
            app: A
            modules:
              m: { collections: { posts: { was: articles }, articles: {}, a: { was: x }, b: { was: x } } }
            """#,
            #"""
            m:3:37: error: "posts" was "articles", which is still there
            m:3:88: error: two collections say that they were "x"
            """#
        ),
        Mistake(
            "indexes and unique sets",
            .collection,
            #"""
            fields: { title: string, tags: [string], meta: json }
            indexes: [[titel], [-title, title], [tags], title]
            unique: [[-title], [meta]]
            """#,
            #"""
            m:7:20: error: collection "things" has no field "titel"
                hint: did you mean "title"?
            m:7:37: error: the field "title" is there twice
            m:7:46: error: the field "tags" has no order: its type is [string]
            m:7:53: error: "indexes" holds a text where a list of fields belongs
                hint: write it as [[a, b]]: a list of lists
            m:8:19: error: "-title" has a direction, which "unique" does not need
                hint: write "title"
            m:8:29: error: the field "meta" has no order: its type is json
            """#
        ),
        Mistake(
            "validations",
            .collection,
            #"""
            validate: [{ rule: "true" }, { mesage: no }, text]
            """#,
            #"""
            m:6:20: error: a validation needs the key "message"
            m:6:38: error: a validation needs the key "message"
            m:6:38: error: a validation needs the key "rule"
            m:6:40: error: "mesage" is no key of a validation
                hint: did you mean "message"?
            m:6:54: error: a validation is a text
                hint: write a mapping with the keys rule, message
            """#
        ),
        Mistake(
            "rules with an unknown verb",
            .collection,
            #"""
            rules: { list: "true", creat: "true", read: [a] }
            """#,
            #"""
            m:6:18: error: "list" is no key of rules
                hint: the keys are create, read, update, delete
            m:6:32: error: "creat" is no key of rules
                hint: did you mean "create"?
            m:6:53: error: "read" is a list
                hint: write an expression, in quotes if it holds a bracket or ": "
            """#
        ),
        Mistake(
            "an empty rule",
            .collection,
            #"""
            rules: { read: "" , create: }
            """#,
            #"""
            m:6:24: error: the expression of "read" is empty
                hint: leave "read" out, or write an expression
            m:6:37: error: the expression of "create" is empty
                hint: leave "create" out, or write an expression
            """#
        ),
    ]
}
