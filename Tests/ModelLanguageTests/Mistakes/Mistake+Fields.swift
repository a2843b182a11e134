extension Mistake {
    static let inFields: [Mistake] = [
        Mistake(
            "an unknown type",
            .fields,
            #"""
            title: { type: strin }
            size: float
            cover: file
            owner: thing
            """#,
            #"""
            m:7:26: error: there is no type or collection "strin"
                hint: did you mean "string"?
            m:8:17: error: there is no type or collection "float"
                hint: the types are string, integer, number, boolean, datetime, date, uuid, email, url, json
            m:9:18: error: the type "file" is not part of this version
            m:10:18: error: there is no type or collection "thing"
                hint: did you mean "things"?
            """#
        ),
        Mistake(
            "a type of another shape",
            .fields,
            #"""
            a: { type: { of: string } }
            b: [string, integer]
            c:
            """#,
            #"""
            m:7:22: error: a type is a mapping
                hint: write a name as in "string", or a list of one as in "[string]"
            m:8:14: error: a type is a list
                hint: write a name as in "string", or a list of one as in "[string]"
            m:9:13: error: a type is nothing
                hint: write a name as in "string", or a list of one as in "[string]"
            """#
        ),
        Mistake(
            "a type is missing",
            .fields,
            #"""
            title: { optional: true }
            """#,
            #"""
            m:7:18: error: a field needs the key "type"
            """#
        ),
        Mistake(
            "a misspelt key of a field",
            .fields,
            #"""
            title: { type: string, maxlength: 5, translated: true, minimun: 3 }
            """#,
            #"""
            m:7:34: error: "maxlength" is no key of a field
                hint: did you mean "maxLength"?
            m:7:48: error: "translated" is not part of this version
                hint: leave it out
            m:7:66: error: "minimun" is no key of a field
                hint: did you mean "minimum"?
            """#
        ),
        Mistake(
            "a field with a dash",
            .fields,
            #"""
            first-name: string
            Title: string
            _hidden: string
            """#,
            #"""
            m:7:11: error: "first-name" is no name: a field's name is letters, digits and _, a small letter first
                hint: write "first_name"
            m:8:11: error: "Title" is no name: a field's name is letters, digits and _, a small letter first
                hint: write "title"
            m:9:11: error: "_hidden" is no name: a field's name is letters, digits and _, a small letter first
            """#
        ),
        Mistake(
            "reserved names of fields",
            .fields,
            #"""
            id: string
            created: datetime
            password: string
            expand: string
            auth: string
            in: string
            """#,
            #"""
            m:7:11: error: a field cannot be named "id": every record has it
                hint: leave it out
            m:8:11: error: a field cannot be named "created": every record has it
                hint: leave it out
            m:9:11: error: a field cannot be named "password": passwords are kept apart from records
                hint: choose another name
            m:10:11: error: a field cannot be named "expand": records have their expanded relations there
                hint: choose another name
            m:11:11: error: a field cannot be named "auth": expressions have another meaning for it
                hint: choose another name
            m:12:11: error: a field cannot be named "in": expressions have another meaning for it
                hint: choose another name
            """#
        ),
        Mistake(
            "email of an account",
            #"""
            app: A
            modules:
              m:
                collections:
                  users: { accounts: true, fields: { email: email } }
            """#,
            #"""
            m:5:42: error: a field cannot be named "email": every account has it
                hint: leave it out
            """#
        ),
        Mistake(
            "fields that differ in case",
            .fields,
            #"""
            title: string
            tiTle: string
            """#,
            #"""
            m:8:11: error: the name "tiTle" differs from "title" in case alone
                hint: line 7 has it; rename this field
            """#
        ),
        Mistake(
            "a list of relations",
            .fields,
            #"""
            others: [things]
            """#,
            #"""
            m:7:19: error: a field cannot be a list of relations
                hint: make a collection that joins the two, with a relation to each
            """#
        ),
        Mistake(
            "constraints that do not fit",
            .fields,
            #"""
            a: { type: integer, maxLength: 3, pattern: "x" }
            b: { type: string, minimum: 1, minItems: 1 }
            c: { type: boolean, enum: [true] }
            d: { type: [string], minItems: 2, minimum: 3 }
            e: { type: datetime, minLength: 3 }
            """#,
            #"""
            m:7:31: error: "maxLength" does not fit the type integer
                hint: what fits: enum, exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf
            m:7:45: error: "pattern" does not fit the type integer
                hint: what fits: enum, exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf
            m:8:30: error: "minimum" does not fit the type string
                hint: what fits: enum, maxLength, minLength, pattern
            m:8:42: error: "minItems" does not fit the type string
                hint: what fits: enum, maxLength, minLength, pattern
            m:9:31: error: "enum" does not fit the type boolean
                hint: leave it out
            m:10:45: error: "minimum" does not fit the type [string]
                hint: what fits: enum, maxItems, maxLength, minItems, minLength, pattern, uniqueItems
            m:11:32: error: "minLength" does not fit the type datetime
                hint: leave it out
            """#
        ),
        Mistake(
            "constraints that nothing satisfies",
            .fields,
            #"""
            a: { type: string, minLength: 5, maxLength: 3 }
            b: { type: integer, minimum: 5, maximum: 3 }
            c: { type: number, exclusiveMinimum: 3, maximum: 3 }
            d: { type: [string], minItems: 3, maxItems: 1 }
            """#,
            #"""
            m:7:30: error: "minLength" is greater than "maxLength"
            m:8:31: error: no number is within the bounds
                hint: swap the least and the greatest
            m:9:30: error: no number is within the bounds
                hint: swap the least and the greatest
            m:10:32: error: "minItems" is greater than "maxItems"
            """#
        ),
        Mistake(
            "values of constraints",
            .fields,
            #"""
            a: { type: string, minLength: -1, maxLength: many, pattern: "(" }
            b: { type: integer, minimum: 1.5, maximum: "3", multipleOf: 0 }
            c: { type: string, enum: [], optional: maybe }
            d: { type: string, enum: [a, a] }
            e: { type: string, enum: [on, 1] }
            f: { type: string, pattern: "(?=x)" }
            """#,
            #"""
            m:7:41: error: "minLength" is no whole number from 0
            m:7:56: error: "maxLength" is a text, no whole number from 0
            m:7:62: error: the pattern is not valid: missing ): (
                hint: patterns are RE2's: no lookaround, no back-references
            m:8:31: error: "minimum" of an integer is an integer
            m:8:54: error: "maximum" is a text, no number
            m:8:59: error: "multipleOf" is greater than 0
            m:9:30: error: "enum" has no value
            m:9:50: error: "optional" is a text
                hint: write true or false
            m:10:30: error: "enum" has a value twice
            m:11:30: error: a value of "enum" is an integer, no string
                hint: put it in quotes
            m:12:30: error: the pattern is not valid: invalid perl operator: (?=
                hint: patterns are RE2's: no lookaround, no back-references
            """#
        ),
        Mistake(
            "defaults",
            .fields,
            #"""
            a: { type: string, default: 7 }
            b: { type: integer, default: "7" }
            c: { type: boolean, default: yes }
            d: { type: string, enum: [x, y], default: z }
            e: { type: string, maxLength: 3, default: long }
            f: { type: date, default: 2026-02-30 }
            g: { type: datetime, default: yesterday }
            h: { type: [string], default: a }
            i: { type: integer, maximum: 3, default: 4 }
            j: { type: string, default: null }
            k: { type: uuid, default: 1 }
            l: { type: email, default: nobody }
            m: { type: url, default: example.org }
            n: { type: [integer], maximum: 3, default: [1, 9] }
            """#,
            #"""
            m:7:39: error: the default of "a" is an integer, no string
                hint: put it in quotes
            m:8:40: error: the default of "b" is a string, which is no integer
            m:9:40: error: the default of "c" is a string, which is no boolean
                hint: write true or false
            m:10:53: error: the default of "d" is not among the values of "enum"
                hint: they are "x", "y"
            m:11:53: error: the default of "e" is longer than 3
            m:12:37: error: the default of "f" is not a date
                hint: write it as in 2026-01-31
            m:13:41: error: the default of "g" is not a datetime
                hint: write it as in 2026-01-31T12:00:00Z
            m:14:41: error: the default of "h" is a string, no list
            m:15:52: error: the default of "i" is greater than "maximum"
            m:16:39: error: the default of "j" is null
                hint: leave it out: an optional field is null by itself
            m:17:37: error: the default of "k" is an integer, which is no uuid
            m:18:38: error: the default of "l" is not an email address
                hint: write it as in ann@example.org
            m:19:36: error: the default of "m" is not a URL
                hint: write it as in https://example.org/
            m:20:54: error: the default of "n" has an item that is greater than "maximum"
            """#
        ),
        Mistake(
            "options that exclude each other",
            .fields,
            #"""
            a: { type: string, default: x, onCreate: "'y'" }
            b: { type: string, onCreate: "'y'", write: "true" }
            c: { type: datetime, onUpdate: now }
            d: { type: datetime, onCreate: now, onUpdate: now, immutable: true }
            e: { type: string, onDelete: cascade }
            f: { type: things, onDelete: setNull }
            g: { type: things, onDelete: cascad }
            h: { type: json, unique: true }
            """#,
            #"""
            m:7:30: error: "default" does not go with "onCreate": clients cannot send "a"
                hint: leave one of them out
            m:8:47: error: "write" does not go with "onCreate": clients cannot send "b"
                hint: leave one of them out
            m:9:32: error: "c" has no value before the first change
                hint: add "onCreate", or "optional: true"
            m:10:62: error: "immutable" does not go with "onUpdate"
                hint: leave one of them out
            m:11:30: error: "onDelete" is for relations; "e" is of type string
                hint: leave it out
            m:12:30: error: "setNull" needs an optional field
                hint: add "optional: true", or write cascade or restrict
            m:13:40: error: "cascad" is no value of "onDelete"
                hint: did you mean "cascade"?
            m:14:28: error: a field of type json cannot be unique
            """#
        ),
        Mistake(
            "counters",
            #"""
            app: A
            modules:
              m:
                collections:
                  posts:
                    fields:
                      a: { type: integer, count: likes.post }
                      b: { type: integer, count: likes }
                      c: { type: integer, count: like.post }
                      d: { type: integer, count: likes.pots }
                      e: { type: integer, count: likes.account }
                      f: { type: string, count: likes.post }
                      g: { type: integer, count: likes.post, default: 0, minimum: 0 }
                      h: { type: integer, sum: likes.post.weight }
                      i: { type: integer, sum: likes.post.note }
                      j: { type: integer, sum: likes.post }
                      k: { type: integer, sum: likes.post.weight, count: likes.post }
                  likes:
                    fields:
                      post: posts
                      account: string
                      weight: integer
                      note: string
            """#,
            #"""
            m:8:38: error: "likes" does not name what to count
                hint: write collection.relation
            m:9:38: error: there is no collection "like"
                hint: did you mean "likes"?
            m:10:38: error: collection "likes" has no field "pots"
                hint: did you mean "post"?
            m:11:38: error: "likes.account" is no relation to "posts"
                hint: these are: post
            m:12:37: error: a counter is of type integer; "f" is of type string
                hint: write type: integer
            m:13:50: error: "default" does not go with "count": the database sets "g"
                hint: leave it out
            m:13:62: error: "minimum" does not go with "count": the database sets "g"
                hint: leave it out
            m:15:36: error: "likes.note" is of type string; "sum" needs integers
            m:16:36: error: "likes.post" does not name what to sum
                hint: write collection.relation.field
            m:17:31: error: a field has "count" or "sum", not both
            """#
        ),
        Mistake(
            "former names of fields",
            .fields,
            #"""
            a: { type: string, was: b }
            b: string
            c: { type: string, was: x }
            d: { type: string, was: x }
            """#,
            #"""
            m:7:35: error: "a" was "b", which is still there
            m:10:35: error: two fields say that they were "x"
            """#
        ),
    ]
}
