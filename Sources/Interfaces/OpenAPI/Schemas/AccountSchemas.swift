import JSON

extension SharedSchemas {
    static let tokens: JSONValue = [
        "title": "Tokens",
        "description": """
        What a signed-in client holds, in RFC 6749's words. A browser session (`cookie: true`) has \
        `csrf_token` in place of the tokens, which are in cookies then.
        """,
        "type": "object",
        "properties": [
            "access_token": [
                "type": "string",
                "description": "A JWT for the header `Authorization: Bearer`.",
            ],
            "token_type": ["type": "string", "const": "Bearer"],
            "expires_in": [
                "type": "integer", "minimum": 1, "examples": [900],
                "description": "How many seconds the access token lasts.",
            ],
            "refresh_token": [
                "type": "string",
                "description": "Good for one more pair of tokens; each one works once.",
            ],
            "refresh_expires_in": [
                "type": "integer", "minimum": 1,
                "description": "How many seconds the refresh token lasts.",
            ],
            "csrf_token": [
                "type": "string",
                "description": "For the header `X-CSRF-Token` of every write with cookies.",
            ],
        ],
        "required": ["expires_in"],
    ]
}
