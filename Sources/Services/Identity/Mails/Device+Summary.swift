extension Device {
    /// The client's program for people: "Firefox on Linux".
    ///
    /// Of known words alone, since whoever asks writes the `User-Agent`, and mails quote it to others.
    var summary: String {
        let agent = agent ?? ""
        let program = Self.first(of: Self.programs, in: agent)
        let system = Self.first(of: Self.systems, in: agent)
        return switch (program, system) {
        case (let program?, let system?): "\(program) on \(system)"
        case (let program?, nil): program
        case (nil, let system?): system
        case (nil, nil): "an unknown device"
        }
    }

    // The order matters: most say that they are others, too.
    private static let programs = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
        ("Chrome/", "Chrome"), ("CriOS", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
    ]
    private static let systems = [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ]

    private static func first(of words: [(String, String)], in agent: String) -> String? {
        words.first { agent.contains($0.0) }?.1
    }
}
