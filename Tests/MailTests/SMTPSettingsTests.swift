import Testing

@testable import Mail

@Suite struct SMTPSettingsTests {
    @Test(arguments: [
        ("smtp://mail.example", 587, SMTPSettings.Security.startTLS),
        ("smtp://mail.example:2525", 2525, .startTLS),
        ("smtps://mail.example", 465, .implicitTLS),
        ("smtp://localhost:1025", 1025, .none),
        ("smtp://127.0.0.1", 587, .none),
        ("smtp://[::1]:25", 25, .none),
        ("smtp://localhost:1025?tls=starttls", 1025, .startTLS),
        ("smtp://relay.internal:25?tls=none", 25, .none),
        ("smtp://u:p@mail.example/", 587, .startTLS),
    ])
    func `an address says where to and how`(
        url: String,
        port: Int,
        security: SMTPSettings.Security
    ) throws {
        let settings = try SMTPSettings(url: url)
        #expect(settings.port == port)
        #expect(settings.security == security)
    }

    @Test func `user and password are percent-decoded`() throws {
        let settings = try SMTPSettings(url: "smtp://ann%40app.example:p%3A%2F%C3%A9@mail.example")
        #expect(
            settings.credentials
                == .init(username: "ann@app.example", password: "p:/é")
        )
    }

    @Test(arguments: [
        "mail.example", "http://mail.example", "smtp://", "smtp://host:0", "smtp://host:x",
        "smtp://u:p@relay.internal?tls=none", "smtp://user@host", "smtp://u:%zz@host",
        "smtp://u:a%00b@host", "smtp://host?tls=maybe", "smtps://host?tls=none", "smtp://ho st",
        "smtp://ho\r\nst",
    ])
    func `what is wrong is told without the password`(url: String) throws {
        let error = #expect(throws: MailSettingError.self) { try SMTPSettings(url: url) }
        #expect(error?.description.contains("%zz") == false)
    }

    @Test func `nothing shows the password`() throws {
        let settings = try SMTPSettings(url: "smtp://ann:hunter2hunter2@mail.example")
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}

@Suite struct MailSettingsTests {
    static func sender(_ sender: String?, publicURL: String = "https://app.example:8443/x")
        throws -> MailAddress
    {
        var settings = MailSettings(
            publicURL: publicURL,
            outbox: "/tmp",
            templates: "/tmp",
            app: "Notebook"
        )
        settings.sender = sender
        return try settings.senderAddress()
    }

    @Test func `mails come from the public host unless another address is set`() throws {
        #expect(try Self.sender(nil) == MailAddress("no-reply@app.example", name: "Notebook"))
        #expect(try Self.sender("a@b.example") == MailAddress("a@b.example", name: "Notebook"))
        #expect(try Self.sender("Me <a@b.example>") == MailAddress("a@b.example", name: "Me"))
        #expect(
            try Self.sender(nil, publicURL: "http://127.0.0.1:8080")
                == MailAddress("no-reply@localhost", name: "Notebook")
        )
        #expect(throws: MailSettingError.self) { try Self.sender("a@b\r\nBcc: x@y") }
    }
}
