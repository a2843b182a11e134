extension Mistake {
    static let inViews: [Mistake] = [
        Mistake(
            "keys of a view",
            .view,
            #"""
            off: things
            cache: 5m
            """#,
            #"""
            m:9:9: error: "off" is no key of a view
                hint: did you mean "of"?
            m:9:9: error: a view needs the key "of"
            m:10:9: error: "cache" is not part of this version
                hint: leave it out
            """#
        ),
        Mistake(
            "a view of nothing",
            .view,
            #"""
            of: thing
            """#,
            #"""
            m:9:13: error: there is no collection "thing"
                hint: did you mean "things"?
            """#
        ),
        Mistake(
            "sort keys of a view",
            .view,
            #"""
            of: things
            sort: [-rank, rnak, tags, rank]
            """#,
            #"""
            m:10:23: error: collection "things" has no field "rnak"
                hint: did you mean "rank"?
            m:10:29: error: the field "tags" has no order: its type is [string]
            m:10:35: error: the field "rank" is there twice
            """#
        ),
        Mistake(
            "group without select",
            .view,
            #"""
            of: things
            group: [title]
            """#,
            #"""
            m:10:9: error: a view with "group" needs the key "select"
                hint: write what to compute of each group, as in select: { posts: count() }
            """#
        ),
    ]
}
