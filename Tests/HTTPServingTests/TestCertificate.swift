/// Self-signed certificates for `localhost`, and their keys: for tests only.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    static let first = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUZhNvDU4rbn3UXr8tyHe45vf5LgcwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA5MTI0M1oYDzIxMjYxMDI4
            MDkxMjQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAATqhe9oHCH/4br7RpJP/8mAGV+FMy8RPVpFmEZK5o78VRPmPYfN7Dj3
            rSMHO9j3DZv9TRsl+JlSEDFWeZUw3ohno28wbTAdBgNVHQ4EFgQUUgOsJ3qL5sMG
            NVnCf1mWiMifTVcwHwYDVR0jBBgwFoAUUgOsJ3qL5sMGNVnCf1mWiMifTVcwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
            zj0EAwIDSAAwRQIhAOIaRPcE7QrSNcHfP0r4b7VDPjJ7UPI0ktGuBnvpX5YgAiAe
            Mr4eLEUDENCsJbPGoDRTbsre6J54RWWyQj7ENmvzCA==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg6RweTlaYjFZwzEOk
            yTguLUYbK0573dT+MguWheAHFWChRANCAATqhe9oHCH/4br7RpJP/8mAGV+FMy8R
            PVpFmEZK5o78VRPmPYfN7Dj3rSMHO9j3DZv9TRsl+JlSEDFWeZUw3ohn
            -----END PRIVATE KEY-----
            """
    )

    static let second = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUbMOpoXeeVZQZe5jZy+c1nQORPRkwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA5MTI0M1oYDzIxMjYxMDI4
            MDkxMjQzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAATx9Y4dtWghaMc6CI4jGmxFm6OzDcJrjK08KZzkR0x6AZRzYZ7QiNkZ
            xhC64+9LmZn6/L+RLTILguIZEKteFKMzo28wbTAdBgNVHQ4EFgQUYtJDIKRZmsIS
            J6DSV30HjxvdnpYwHwYDVR0jBBgwFoAUYtJDIKRZmsISJ6DSV30HjxvdnpYwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
            zj0EAwIDSAAwRQIhAKHMpHXtfOeWn5xzdhbp7UaqtVRr638TsINAfzQ5QzV5AiAC
            T+A6P9cHAsXFymAg8OBRii3t/eH/Sl+Aq8TpF44Bfw==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsYZoxmXirDXKMPF1
            ymDYBRpBtaFFg4d/86GGwB+PJF6hRANCAATx9Y4dtWghaMc6CI4jGmxFm6OzDcJr
            jK08KZzkR0x6AZRzYZ7QiNkZxhC64+9LmZn6/L+RLTILguIZEKteFKMz
            -----END PRIVATE KEY-----
            """
    )
}
