extension Mistake {
    static let inShapes: [Mistake] = [
        Mistake(
            "app is missing",
            #"""
            modules: { m: {} }
            """#,
            #"""
            m:1:1: error: a model needs the key "app"
            """#
        ),
        Mistake(
            "modules are missing",
            #"""
            app: A
            """#,
            #"""
            m:1:1: error: a model needs the key "modules"
            """#
        ),
        Mistake(
            "a misspelt key of the model",
            #"""
            app: A
            module: { m: {} }
            """#,
            #"""
            m:1:1: error: a model needs the key "modules"
            m:2:1: error: "module" is no key of a model
                hint: did you mean "modules"?
            """#
        ),
        Mistake(
            "an unknown key of the model",
            #"""
            app: A
            colour: red
            modules: { m: {} }
            """#,
            #"""
            m:2:1: error: "colour" is no key of a model
                hint: the keys are app, api, roles, tenants, modules
            """#
        ),
        Mistake(
            "a key of a later version",
            #"""
            app: A
            limits: { default: 100 }
            modules: { m: { reactions: {}, schedules: {} } }
            """#,
            #"""
            m:2:1: error: "limits" is not part of this version
                hint: leave it out
            m:3:17: error: "reactions" is not part of this version
                hint: leave it out
            m:3:32: error: "schedules" is not part of this version
                hint: leave it out
            """#
        ),
        Mistake(
            "no module",
            #"""
            app: A
            modules: {}
            """#,
            #"""
            m:2:10: error: the model has no module
            """#
        ),
        Mistake(
            "modules are a list",
            #"""
            app: A
            modules: [m]
            """#,
            #"""
            m:2:10: error: "modules" is a list
                hint: write a mapping from names
            """#
        ),
        Mistake(
            "a module is nothing",
            #"""
            app: A
            modules: { m: }
            """#,
            #"""
            m:2:15: error: a module is nothing
                hint: write a mapping with the keys uses, collections, views
            """#
        ),
        Mistake(
            "the name is a number",
            #"""
            app: 7
            modules: { m: {} }
            """#,
            #"""
            m:1:6: error: "app" holds a number
                hint: write a text, in quotes if need be
            """#
        ),
        Mistake(
            "the version has another form",
            #"""
            app: A
            api: 1.0
            modules: { m: {} }
            """#,
            #"""
            m:2:6: error: "api" holds a number
                hint: write a text, in quotes if need be
            """#
        ),
        Mistake(
            "the version is a word",
            #"""
            app: A
            api: latest
            modules: { m: {} }
            """#,
            #"""
            m:2:6: error: "latest" is no name: the API's version is v and a number, as in v1
            """#
        ),
        Mistake(
            "names of modules and roles",
            #"""
            app: A
            roles: { Admin: [x.y] }
            modules: { My Module: {} }
            """#,
            #"""
            m:2:10: error: "Admin" is no name: a role's name is small letters, digits, - and _, a letter first
                hint: write "admin"
            m:3:12: error: "My Module" is no name: a module's name is small letters, digits, - and _, a letter first
                hint: write "my_module"
            """#
        ),
        Mistake(
            "permissions",
            #"""
            app: A
            roles:
              editor: [posts.delete, post.delete, posts.delet, posts, analytics.read, Posts.read, posts.publish]
              reader: posts.read
            modules:
              m: { collections: { posts: {} } }
            """#,
            #"""
            m:3:26: warning: the permission "post.delete" grants nothing by itself
                hint: did you mean "posts.delete"?
            m:3:39: warning: the permission "posts.delet" grants nothing by itself
                hint: did you mean "posts.delete"?
            m:3:52: error: "posts" is no permission
                hint: write names with a dot between, as in posts.delete
            m:3:75: error: "Posts.read" is no permission
                hint: write names with a dot between, as in posts.delete
            m:4:11: error: "reader" is a text
                hint: write a list of permissions
            """#
        ),
    ]
}
