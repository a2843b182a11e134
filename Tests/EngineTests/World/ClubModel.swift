/// The model that the engine's tests run on: each field and rule is there for some test.
enum ClubModel {
    static let text = """
        app: Club
        api: v1
        roles:
          moderator: [posts.update, posts.delete, secrets.read]
          publisher: [posts.publish]
        modules:
          main:
            collections:
              users:
                accounts: true
                fields:
                  handle: { type: string, pattern: "^[a-z0-9_]{2,30}$", unique: true }
                  birthday: { type: date, read: id == auth.id, optional: true }
                  followers: { type: integer, count: follows.followee }
                  following: { type: integer, count: follows.follower }
                rules: { create: "true", read: "true", update: id == auth.id, delete: id == auth.id }
              follows:
                fields:
                  follower: { type: users, onCreate: auth.id, onDelete: cascade }
                  followee: { type: users, immutable: true, onDelete: cascade }
                unique: [[follower, followee]]
                validate:
                  - { rule: follower != followee, message: you cannot follow yourself }
                rules: { create: auth != null, read: "true", delete: follower == auth.id }
              posts:
                fields:
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string, minLength: 1, maxLength: 20 }
                  visibility: { type: string, enum: [public, followers], default: public }
                  state: { type: string, enum: [draft, sent], default: draft, write: 'auth.can("posts.publish")' }
                  note: { type: string, optional: true, write: author == auth.id }
                  slug: { type: string, optional: true, immutable: true, pattern: "^[a-z-]+$" }
                  tags: { type: [string], optional: true, maxItems: 3, uniqueItems: true, maxLength: 5 }
                  meta: { type: json, optional: true }
                  rank: { type: number, optional: true, minimum: 0, exclusiveMaximum: 100 }
                  score: { type: integer, optional: true, multipleOf: 5 }
                  due: { type: datetime, optional: true }
                  day: { type: date, optional: true }
                  link: { type: url, optional: true }
                  changes: { type: datetime, onCreate: now, onUpdate: now }
                  likes: { type: integer, count: likes.post }
                  comments: { type: integer, count: comments.post }
                indexes: [[author, -created]]
                rules:
                  create: auth != null
                  read: >-
                    visibility == "public" || author == auth.id ||
                    follows.exists(f, f.follower == auth.id && f.followee == author)
                  update: author == auth.id && visibility != "frozen"
                  delete: author == auth.id
              comments:
                fields:
                  post: { type: posts, immutable: true, onDelete: cascade }
                  author: { type: users, onCreate: auth.id, onDelete: cascade }
                  body: { type: string, minLength: 1 }
                indexes: [[post, created]]
                rules: { create: auth != null, read: "true", update: author == auth.id, delete: author == auth.id }
              likes:
                fields:
                  post: { type: posts, immutable: true, onDelete: cascade }
                  account: { type: users, onCreate: auth.id, onDelete: cascade }
                unique: [[post, account]]
                rules: { create: auth != null, read: "true", delete: account == auth.id }
              handovers:
                fields:
                  holder: users
                  sealed: { type: boolean, default: false, write: holder == auth.id }
                  label: { type: string, default: plain }
                rules: { create: auth != null, read: "true", update: "true" }
              ballots:
                fields:
                  voter: { type: users, onCreate: auth.id, onDelete: cascade }
                  choice: { type: string, immutable: true, read: voter == auth.id }
                  reason: { type: string, default: none, read: voter == auth.id, write: voter == auth.id }
                  counted: { type: boolean, default: false }
                rules: { create: auth != null, read: "true", update: "true" }
              whispers:
                fields:
                  teller: { type: users, onCreate: auth.id, onDelete: cascade }
                  word: { type: string, read: teller == auth.id }
                  note: string
                rules: { create: auth != null, read: "true", update: "true" }
              secrets:
                fields:
                  text: string
                  about: { type: users, optional: true, onDelete: setNull }
                rules: { create: auth != null }
              letters:
                fields:
                  sender: { type: users, onCreate: auth.id }
                  subject: { type: users, read: sender == auth.id }
                  weight: { type: integer, read: sender == auth.id }
                  text: string
                rules: { create: auth != null, read: "true", delete: "true" }
              numbers:
                fields:
                  whole: { type: integer, optional: true }
                  real: { type: number, optional: true }
                  choice: { type: number, optional: true, enum: [1, 2.5] }
                  reals: { type: [number], optional: true, uniqueItems: true }
                  word: { type: string, optional: true }
                  words: { type: [string], optional: true, uniqueItems: true }
                  flag: { type: boolean, optional: true }
                  at: { type: datetime, optional: true }
                  blob: { type: json }
                rules: { create: "true", read: "true", update: "true", delete: "true" }
            views:
              feed:
                of: posts
                where: follows.exists(f, f.follower == auth.id && f.followee == author)
                sort: -created
                rules: { read: auth != null }
              heaviest: { of: letters, sort: -weight, rules: { read: "true" } }
              tally:
                of: posts
                group: [visibility]
                select: { posts: count(), likes: sum(likes) }
                sort: -posts
                rules: { read: auth != null }
              closed: { of: posts }
        """
}
