extension Mistake {
    static let inTexts: [Mistake] = [
        Mistake(
            "nothing at all",
            #"""

            """#,
            #"""
            m:1:1: error: the file is empty
                hint: start with "app: " and a name
            """#
        ),
        Mistake(
            "a comment alone",
            #"""
            # nothing
            """#,
            #"""
            m:1:1: error: the file is empty
                hint: start with "app: " and a name
            """#
        ),
        Mistake(
            "a text instead of a mapping",
            #"""
            hello
            """#,
            #"""
            m:1:1: error: a model is a text
                hint: write a mapping with the keys app, api, roles, tenants, modules
            """#
        ),
        Mistake(
            "a list instead of a mapping",
            #"""
            - app: A
            """#,
            #"""
            m:1:1: error: a model is a list
                hint: write a mapping with the keys app, api, roles, tenants, modules
            """#
        ),
        Mistake(
            "a tab in the indentation",
            #"""
            app: A
            modules:
            	m: {}
            """#,
            #"""
            m:3:1: error: a tab stands in the indentation
                hint: indent by spaces
            """#
        ),
        Mistake(
            "a second document",
            #"""
            app: A
            modules: { m: {} }
            ---
            app: B
            """#,
            #"""
            m:3:1: error: a second document starts here
                hint: a model is one document
            """#
        ),
        Mistake(
            "an anchor",
            #"""
            app: &name A
            modules: { m: {} }
            """#,
            #"""
            m:1:6: error: anchors are not part of the model language
                hint: write out what it stands for; quote a text that starts with "&"
            """#
        ),
        Mistake(
            "an alias",
            #"""
            app: A
            modules: { m: *other }
            """#,
            #"""
            m:2:15: error: aliases are not part of the model language
                hint: write out what it stands for
            """#
        ),
        Mistake(
            "an alias as a key",
            #"""
            *a : 1
            """#,
            #"""
            m:1:1: error: aliases are not part of the model language
                hint: write out what it stands for
            """#
        ),
        Mistake(
            "a tag",
            #"""
            app: !!str A
            modules: { m: {} }
            """#,
            #"""
            m:1:6: error: tags are not part of the model language
                hint: quote a text that starts with "!"
            """#
        ),
        Mistake(
            "a merge key",
            #"""
            app: A
            modules:
              m:
                <<: { uses: [] }
            """#,
            #"""
            m:4:5: error: merge keys are not part of the model language
            """#
        ),
        Mistake(
            "a list as a key",
            #"""
            app: A
            modules:
              [a, b]: {}
            """#,
            #"""
            m:3:3: error: a key is a list or a mapping
                hint: a key is a name
            """#
        ),
        Mistake(
            "a key twice",
            #"""
            app: A
            app: B
            modules: { m: {}, m: {} }
            """#,
            #"""
            m:2:1: error: the key "app" is there twice
            m:3:19: error: the key "m" is there twice
            """#
        ),
        Mistake(
            "a colon in a plain text",
            #"""
            app: A: B
            """#,
            #"""
            m:1:7: error: this is no YAML: mapping values are not allowed in this context
                hint: quote a text that holds ": ", and check the indentation
            """#
        ),
        Mistake(
            "a quote that is not closed",
            #"""
            app: "A
            modules: {}
            """#,
            #"""
            m:1:6: error: this is no YAML: found unexpected end of stream
                hint: a quote or a bracket is not closed
            """#
        ),
        Mistake(
            "a bracket that is not closed",
            #"""
            app: A
            modules: { m: { uses: [a.b }
            """#,
            #"""
            m:2:28: error: this is no YAML: did not find expected ',' or ']'
                hint: a comma or a bracket is missing; quote a text that holds a comma or a bracket
            """#
        ),
        Mistake(
            "wrong indentation",
            #"""
            app: A
            modules:
              m: {}
             n: {}
            """#,
            #"""
            m:4:2: error: this is no YAML: did not find expected key
                hint: check the indentation, and that quotes and brackets are closed
            """#
        ),
        Mistake(
            "a directive sign",
            #"""
            app: @name
            """#,
            #"""
            m:1:6: error: this is no YAML: found character that cannot start any token
                hint: quote a text that starts with @, `, % or another sign
            """#
        ),
    ]
}
