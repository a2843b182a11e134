import ModelLanguage

/// What a field of text is about, guessed from its name.
enum Meaning: Hashable {
    case handle, personName, givenName, familyName, thing, title, body, reply, introduction
    case email, url, image, city, country, countryCode, street, postcode, phone, company
    case color, currency, language, timeZone, tag, slug, code, address, version

    /// Nil where the name says nothing.
    init?(field: String, of collection: Collection) {
        let words = Self.words(of: field)
        guard let last = words.last else { return nil }
        let context = Self.words(of: collection.name)
        if last == "name" {
            self = Self.name(qualifiedBy: words.dropLast().last, in: collection)
        } else if let known = Self.byWord[last] ?? words.lazy.compactMap({ Self.byWord[$0] }).first
        {
            let isReply = known == .body && context.contains { Self.replies.contains($0) }
            self = isReply ? .reply : known
        } else {
            return nil
        }
    }

    /// `billingCity`, `billing_city` and `billing-city` are the words "billing" and "city".
    static func words(of name: String) -> [String] {
        var words = [""]
        for character in name {
            if character == "_" || character == "-" || character == " " {
                words.append("")
            } else if character.isUppercase {
                if words.last?.last?.isLowercase ?? false { words.append("") }
                words[words.count - 1].append(character)
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }.map { $0.lowercased() }
    }

    private static func name(qualifiedBy word: String?, in collection: Collection) -> Self {
        switch word {
        case "user", "login", "screen", "nick": .handle
        case "first", "given", "fore": .givenName
        case "last", "family", "sur": .familyName
        case "company", "organization", "organisation", "business", "brand", "vendor": .company
        case "city", "town": .city
        case "country": .country
        case "street": .street
        case "full", "display", "contact", "person", "customer", "author", "owner": .personName
        default: describesPeople(collection) ? .personName : .thing
        }
    }

    private static func describesPeople(_ collection: Collection) -> Bool {
        if collection.accounts != nil { return true }
        return words(of: collection.name).contains { word in
            people.contains(word) || people.contains(String(word.dropLast()))
        }
    }

    private static let people: Set<String> = [
        "account", "actor", "artist", "author", "client", "contact", "customer", "doctor", "driver",
        "employee", "guest", "instructor", "lead", "member", "owner", "patient", "people", "person",
        "player", "profile", "speaker", "staff", "student", "teacher", "user", "volunteer",
        "worker",
    ]

    private static let replies: Set<String> = [
        "answers", "comment", "comments", "feedback", "messages", "notes", "replies", "reviews",
    ]

    private static let byWord: [String: Meaning] = [
        "handle": .handle, "username": .handle, "login": .handle, "nick": .handle,
        "nickname": .handle, "firstname": .givenName, "forename": .givenName,
        "lastname": .familyName, "surname": .familyName, "fullname": .personName,
        "title": .title, "subject": .title, "headline": .title, "topic": .title, "label": .tag,
        "body": .body, "content": .body, "text": .body, "message": .body, "description": .body,
        "comment": .reply, "reply": .reply, "review": .reply, "note": .reply, "notes": .reply,
        "caption": .body, "excerpt": .body, "details": .body, "question": .body, "answer": .reply,
        "bio": .introduction, "about": .introduction, "summary": .body, "tagline": .introduction,
        "email": .email, "mail": .email, "url": .url, "link": .url, "website": .url,
        "homepage": .url, "avatar": .image, "image": .image, "photo": .image, "picture": .image,
        "thumbnail": .image, "cover": .image, "city": .city, "town": .city, "location": .city,
        "place": .city, "country": .country, "nationality": .country, "street": .street,
        "address": .address, "zip": .postcode, "zipcode": .postcode, "postcode": .postcode,
        "postal": .postcode, "phone": .phone, "mobile": .phone, "telephone": .phone, "fax": .phone,
        "company": .company, "organization": .company, "organisation": .company,
        "employer": .company, "brand": .company, "vendor": .company, "manufacturer": .company,
        "color": .color, "colour": .color, "currency": .currency, "language": .language,
        "locale": .language, "lang": .language, "timezone": .timeZone, "zone": .timeZone,
        "tag": .tag, "tags": .tag, "category": .tag, "genre": .tag, "keyword": .tag,
        "keywords": .tag, "slug": .slug, "permalink": .slug, "sku": .code, "code": .code,
        "reference": .code, "serial": .code, "number": .code, "barcode": .code,
        "version": .version, "product": .thing, "item": .thing,
    ]
}
