import JSON

extension SharedSchemas {
    static let credentials: JSONValue = [
        "title": "Credentials",
        "description": "Who signs in.",
        "type": "object",
        "properties": [
            "email": JSONValue.members(("type", "string"), ("examples", ["ada@example.com"]))
                .adding(FieldSchema.email),
            "password": [
                "type": "string", "format": "password", "writeOnly": true,
                "examples": [.string(examplePassword)],
            ],
        ],
        "required": ["email", "password"],
        "additionalProperties": false,
    ]

    static let refreshToken: JSONValue = [
        "title": "RefreshToken",
        "type": "object",
        "properties": [
            "refresh_token": [
                "type": "string",
                "description": "The `refresh_token` of the last answer.",
            ]
        ],
        "required": ["refresh_token"],
        "additionalProperties": false,
    ]

    static let tokens: JSONValue = [
        "title": "Tokens",
        "description": "What a signed-in client holds, in RFC 6749's words.",
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
        ],
        "required": ["access_token", "token_type", "expires_in", "refresh_token"],
    ]

    static let keySet: JSONValue = [
        "title": "KeySet",
        "description": "The public keys that access tokens are signed with (RFC 7517).",
        "type": "object",
        "properties": [
            "keys": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "kty": ["type": "string"], "kid": ["type": "string"],
                        "alg": ["type": "string"], "use": ["type": "string"],
                    ],
                    "required": ["kty"],
                ],
            ]
        ],
        "required": ["keys"],
    ]
}
