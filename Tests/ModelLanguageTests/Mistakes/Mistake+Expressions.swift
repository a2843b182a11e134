extension Mistake {
    static let inExpressions: [Mistake] = [
        Mistake(
            "an unknown name in a rule",
            .collection,
            #"""
            fields: { title: string, rank: integer }
            rules: { read: titel == "a" }
            """#,
            #"""
            m:7:24: error: unknown name 'titel'
                hint: did you mean 'title'?
            """#
        ),
        Mistake(
            "an unknown name in a folded block",
            .collection,
            #"""
            fields: { title: string }
            rules:
              read: >-
                title == "a" ||
                title == "b" || titel == "c"
            """#,
            #"""
            m:10:29: error: unknown name 'titel'
                hint: did you mean 'title'?
            """#
        ),
        Mistake(
            "an unknown name in quotes with escapes",
            .collection,
            #"""
            fields: { title: string }
            rules: { read: 'title == ''a'' || titel == "b"', update: "title == \"a\" || titel == \"b\"" }
            """#,
            #"""
            m:7:43: error: unknown name 'titel'
                hint: did you mean 'title'?
            m:7:85: error: unknown name 'titel'
                hint: did you mean 'title'?
            """#
        ),
        Mistake(
            "an unknown name in a plain text over two lines",
            .collection,
            #"""
            fields: { title: string }
            rules:
              read: title == "a" ||
                titel == "b"
            """#,
            #"""
            m:9:13: error: unknown name 'titel'
                hint: did you mean 'title'?
            """#
        ),
        Mistake(
            "a syntax error",
            .collection,
            #"""
            fields: { title: string }
            rules: { read: title ==, update: (title == "a" }
            """#,
            #"""
            m:7:32: error: expected an operand, found the end
            m:7:55: error: expected ')' to close '(' at column 1, found the end
            """#
        ),
        Mistake(
            "an operator for other types",
            .collection,
            #"""
            fields: { title: string, rank: integer }
            rules: { read: title > 3, update: rank + 1 }
            """#,
            #"""
            m:7:30: error: '>' cannot take string and int
            m:7:43: error: the expression is of type int; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            """#
        ),
        Mistake(
            "a rule that is no bool",
            .collection,
            #"""
            fields: { title: string, flag: { type: boolean, optional: true }, meta: json }
            rules: { read: title, create: flag, update: meta.a, delete: 1 }
            """#,
            #"""
            m:7:24: error: the expression is of type string; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            m:7:39: error: the expression may be null where true or false is needed
                hint: compare it, as in "x == true"
            m:7:53: error: the expression's type is known only when it runs; a bool is needed
                hint: compare it, as in "x == true"
            m:7:69: error: the expression is of type int; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            """#
        ),
        Mistake(
            "an unknown field of the caller",
            .collection,
            #"""
            fields: { owner: things }
            rules: { read: owner == auth.uid, update: auth.can(1), delete: auth.name == "x" }
            """#,
            #"""
            m:7:38: error: 'auth' has no field 'uid'
                hint: did you mean 'id'?
            m:7:56: error: 'can' cannot take (int) on auth or null
                hint: it is auth.can(string)
            m:7:77: error: 'auth' has no field 'name'
            """#
        ),
        Mistake(
            "an unknown function",
            .collection,
            #"""
            fields: { title: string }
            rules: { read: title.beginsWith("a"), update: lenght(title) > 3 }
            """#,
            #"""
            m:7:30: error: unknown method 'beginsWith'
            m:7:55: error: unknown function 'lenght'
            """#
        ),
        Mistake(
            "an unknown field through a relation",
            .collection,
            #"""
            fields: { owner: { type: things, optional: true }, title: string }
            rules: { read: owner.titel == "a", update: 'things.exists(t, t.ownr == owner)' }
            """#,
            #"""
            m:7:30: error: 'things' has no field 'titel'
                hint: did you mean 'title'?
            m:7:72: error: 'things' has no field 'ownr'
                hint: did you mean 'owner'?
            """#
        ),
        Mistake(
            "several mistakes in one expression",
            .collection,
            #"""
            fields: { title: string }
            rules: { read: a == 1 && b == 2 }
            """#,
            #"""
            m:7:24: error: unknown name 'a'
            m:7:34: error: unknown name 'b'
            """#
        ),
        Mistake(
            "a collection out of reach",
            #"""
            app: A
            modules:
              m:
                uses: [n.links]
                collections:
                  own:
                    fields: { link: links }
                    rules:
                      read: things.exists(t, t.id == id) || link.thing.id == id
                      update: link.thing.title == "a"
                    validate: [{ rule: 'things.exists(t, t.id == id)', message: no }]
              n:
                collections:
                  things: { fields: { title: string } }
                  links: { fields: { thing: things } }
            """#,
            #"""
            m:9:17: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            m:10:30: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            m:11:29: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            """#
        ),
        Mistake(
            "validations",
            .collection,
            #"""
            fields: { rank: { type: integer, optional: true } }
            validate: [{ rule: rank, message: a }, { rule: rnk > 3, message: b }]
            """#,
            #"""
            m:7:28: error: the expression is of type int or null; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            m:7:56: error: unknown name 'rnk'
                hint: did you mean 'rank'?
            """#
        ),
        Mistake(
            "values that do not fit",
            .fields,
            #"""
            a: { type: string, onCreate: now }
            b: { type: integer, onCreate: '"x"' }
            c: { type: number, onCreate: 1 + 2 }
            d: { type: date, onCreate: now }
            e: { type: things, onCreate: 1 }
            f: { type: string, onCreate: "null" }
            g: { type: boolean, onCreate: auth.naem }
            h: { type: [string], onCreate: '[1]' }
            """#,
            #"""
            m:7:40: error: the expression is of type timestamp, which does not fit the type string
            m:8:41: error: the expression is of type string, which does not fit the type integer
            m:9:40: error: the expression is of type int, which does not fit the type number
                hint: write double(…)
            m:10:38: error: the expression is of type timestamp, which does not fit the type date
                hint: write ….date()
            m:11:40: error: the expression is of type int, which does not fit the type things
            m:12:40: error: the expression is of type null, which does not fit the type string
            m:13:46: error: 'auth' has no field 'naem'
            m:14:42: error: the expression is of type list(int), which does not fit the type [string]
            """#
        ),
        Mistake(
            "rules of fields",
            .fields,
            #"""
            a: { type: string, read: a, write: b == 1 }
            """#,
            #"""
            m:7:36: error: the expression is of type string; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            m:7:46: error: unknown name 'b'
                hint: did you mean 'a'?
            """#
        ),
        Mistake(
            "aggregates in a rule",
            .collection,
            #"""
            fields: { rank: integer }
            rules: { read: count() > 3 }
            """#,
            #"""
            m:7:24: error: unknown function 'count'
            """#
        ),
        Mistake(
            "a where that is no bool",
            .view,
            #"""
            of: things
            where: rank
            rules: { read: rank == 3 }
            """#,
            #"""
            m:10:16: error: the expression is of type int; a bool is needed
                hint: write a comparison, as in "author == auth.id"
            m:11:24: error: the "read" rule of a view names a field
                hint: the rule says who may read the view; "where" says which records it has
            """#
        ),
        Mistake(
            "columns of a view",
            .view,
            #"""
            of: things
            group: { title: title, tags: tags, what: owner.titel, span: now - created }
            select: { a: rank, b: sum(rank) + rank, c: "3", d: sum(title), e: max(max(rank)), f: count(), F: count() }
            sort: [-f, g]
            """#,
            #"""
            m:10:38: error: a column cannot be of type list(string)
                hint: columns are texts, numbers, booleans, datetimes and relations
            m:10:56: error: 'things' has no field 'titel'
                hint: did you mean 'title'?
            m:10:69: error: a column cannot be of type duration
                hint: columns are texts, numbers, booleans, datetimes and relations
            m:11:22: error: "rank" has many values in a group
                hint: write an aggregate of it, as in max(rank), or add it to "group"
            m:11:43: error: "rank" has many values in a group
                hint: write an aggregate of it, as in max(rank), or add it to "group"
            m:11:52: error: the column "c" aggregates nothing
                hint: the aggregates are avg, count, countDistinct, max, min, sum
            m:11:60: error: 'sum' cannot take (string)
                hint: it is sum(int) or sum(double)
            m:11:75: error: an aggregate stands within another
            m:11:103: error: "F" is no name: a column's name is letters, digits and _, a small letter first
                hint: write "f"
            m:11:103: error: the column "F" is there twice
            m:12:20: error: view "top" has no field "g"
            """#
        ),
        Mistake(
            "a group by an unknown field",
            .view,
            #"""
            of: things
            group: [titel]
            select: { n: count() }
            """#,
            #"""
            m:10:17: error: unknown name 'titel'
                hint: did you mean 'title'?
            """#
        ),
    ]
}
