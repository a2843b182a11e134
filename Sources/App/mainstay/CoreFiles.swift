#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a process leaves behind when it crashes.
enum CoreFiles {
    /// Forbids files with the process's memory, in which all keys and people's data stand.
    static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        #if canImport(Glibc)
            setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        #else
            setrlimit(RLIMIT_CORE, &none)
        #endif
    }
}
