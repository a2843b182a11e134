extension Mistake {
    static let inModules: [Mistake] = [
        Mistake(
            "uses",
            #"""
            app: A
            modules:
              m:
                uses: [n.things, n.thing, o.things, things, m.own, n.things]
                collections: { own: {} }
              n: { collections: { things: {} } }
              nn: {}
            """#,
            #"""
            m:4:22: error: module "n" has no collection "thing"
                hint: did you mean "things"?
            m:4:31: error: there is no module "o"
            m:4:41: error: "things" does not name a collection of a module
                hint: write n.things
            m:4:49: error: "m.own" is of this module itself
                hint: leave it out: a module sees its own collections
            m:4:56: warning: "n.things" is there twice
            """#
        ),
        Mistake(
            "a relation out of reach",
            #"""
            app: A
            modules:
              m: { collections: { own: { fields: { thing: things } } } }
              n: { collections: { things: {} } }
            """#,
            #"""
            m:3:47: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            """#
        ),
        Mistake(
            "a counter out of reach",
            #"""
            app: A
            modules:
              m: { collections: { own: { fields: { n: { type: integer, count: things.own } } } } }
              n: { uses: [m.own], collections: { things: { fields: { own: own } } } }
            """#,
            #"""
            m:3:67: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            """#
        ),
        Mistake(
            "a view out of reach",
            #"""
            app: A
            modules:
              m: { views: { all: { of: things } } }
              n: { collections: { things: {} } }
            """#,
            #"""
            m:3:28: error: module "m" reads "things" of module "n" and does not say so
                hint: add n.things to the "uses" of module m
            """#
        ),
    ]
}
