/// The words that believable texts are made of.
enum Words {
    static let givenNames = list(
        """
        Ada Amara Anna Arjun Aya Bruno Camila Chidi Clara Daniel Diego Elena Emil Emma Farah Felix
        Finn Freya Grace Hana Hugo Ines Ivan Jana Jonas José Julia Kai Kofi Lara Leo Lina Linh Lucas
        Luna Mara Marco Maya Mei Mila Nadia Nils Noah Nora Olga Omar Oscar Paula Priya Rafael Rosa
        Ruben Sam Sara Simon Sofia Søren Tara Theo Tomás Uma Vera Viktor Yara Yusuf Zoë
        """
    )

    static let familyNames = list(
        """
        Abara Alvarez Andersen Bauer Becker Berg Bianchi Brandt Castro Chen Costa Dahl Diaz Duarte
        Eriksen Fischer Fontaine Garcia Haddad Hansen Hoffmann Holt Ivanova Jensen Kaya Keller Khan
        Kim Klein Kowalski Lang Laurent Lindqvist Lopez Marin Martin Meyer Moreau Müller Nakamura
        Nielsen Novak Okafor Okoye Olsen Park Patel Pereira Popov Reyes Ricci Rossi Sato Schmidt
        Silva Singh Soler Sousa Tanaka Torres Vega Virtanen Wagner Weber Wolf Yamada Young Zhang
        """
    )

    static let adjectives = list(
        """
        quiet bright early late small old new gentle bold honest simple careful warm cold clear
        brave curious patient golden silver green blue wild calm steady quick slow fresh crisp
        modern hidden lucky sunny rainy distant open light sharp smooth humble sturdy clever lively
        peaceful colourful familiar strange perfect
        """
    )

    static let nouns = list(
        """
        garden river harbour mountain window kitchen library workshop market morning evening coffee
        bicycle train camera notebook recipe playlist project prototype sketch novel photo song
        podcast keyboard server database backup release deadline meeting weekend journey map trail
        forest lake beach island bridge street corner bakery café studio concert museum exhibition
        festival garden lantern candle blanket sweater umbrella suitcase ticket letter puzzle chess
        guitar piano violin orchestra team neighbour friend stranger teacher student engineer
        """
    )

    static let gerunds = list(
        """
        writing reading painting cooking baking running cycling hiking swimming gardening learning
        planning building repairing refactoring testing debugging shipping sketching photographing
        travelling exploring recording practising restoring knitting brewing watching organising
        rewriting
        """
    )

    static let things = list(
        """
        lamp chair desk table shelf mug bottle kettle backpack jacket scarf watch wallet speaker
        headset charger monitor tripod notebook pencil brush frame blanket cushion basket clock
        """
    )

    static let tags = list(
        """
        news travel food music books design photography sport science history technology nature art
        health garden film games culture politics business education family style science coding
        """
    )

    static let cities = list(
        """
        Amsterdam Athens Austin Bergen Berlin Bogotá Boston Bristol Cairo Chicago Copenhagen Dakar
        Dublin Florence Geneva Ghent Hamburg Helsinki Istanbul Kyoto Lagos Lima Lisbon London Lyon
        Madrid Melbourne Milan Montréal Mumbai Nairobi Oslo Paris Porto Prague Quito Riga Rome
        Santiago Seoul Seville Singapore Stockholm Sydney Tallinn Tokyo Toronto Turin Utrecht Vienna
        Warsaw Zürich
        """
    )

    static let countries = list(
        """
        Argentina Australia Austria Belgium Brazil Canada Chile Colombia Denmark Egypt Estonia
        Finland France Germany Ghana Greece India Ireland Italy Japan Kenya Latvia Mexico Morocco
        Netherlands Nigeria Norway Peru Poland Portugal Senegal Singapore Spain Sweden Switzerland
        Turkey Uruguay Vietnam
        """
    )

    static let colors = list(
        """
        red orange yellow green teal blue indigo violet pink brown grey black white
        """
    )

    static let companySuffixes = [
        "Works", "Labs", "Studio", "& Sons", "Group", "Collective", "Co.",
    ]
    static let streets = ["Street", "Lane", "Road", "Avenue", "Square", "Hill"]
    static let currencies = ["EUR", "USD", "GBP", "JPY", "CHF", "SEK", "BRL", "INR"]
    static let countryCodes = ["DE", "US", "FR", "GB", "ES", "IT", "JP", "BR", "IN", "NL", "SE"]
    static let languages = ["en", "de", "fr", "es", "pt", "it", "nl", "ja", "hi", "sv"]
    static let timeZones = [
        "Europe/Berlin", "Europe/London", "Europe/Paris", "Europe/Madrid", "America/New_York",
        "America/Sao_Paulo", "America/Los_Angeles", "Asia/Tokyo", "Asia/Kolkata", "Africa/Lagos",
        "Australia/Sydney", "UTC",
    ]
    static let roles = [
        "designer", "engineer", "teacher", "photographer", "writer", "nurse", "architect",
        "musician",
        "gardener", "baker", "researcher", "translator", "student", "carpenter", "editor",
    ]

    private static func list(_ text: String) -> [String] {
        text.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
}
