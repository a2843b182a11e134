import JSON

/// How callers say who they are.
enum SecuritySchemes {
    static let json: JSONValue = [
        "bearer": [
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "The `access_token` that signing in answers, or an API key.",
        ],
        "cookie": [
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-mainstay-access",
            "description": """
            The session of a browser that signed in with `cookie: true`. Whatever is not GET or HEAD \
            needs the header `X-CSRF-Token` with the `csrf_token` of the answer, and comes from a \
            page of this origin or one that `--cors` names.
            """,
        ],
        "client": [
            "type": "http",
            "scheme": "basic",
            "description":
                "A service's key: its `client_id` and `client_secret` (RFC 6749, 2.3.1).",
        ],
    ]
}
