package import Storage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension MasterKeySource {
    /// Puts a new master key in the place of the one that Mainstay keeps in its own file; how many keys
    /// were wrapped anew.
    ///
    /// The next key is on disk before any key is wrapped with it, and takes its name when all are: so a
    /// run that is cut short leaves both, and the next one goes on. Two at once are not let in.
    package func changeOwnFile(
        _ ring: KeyRing,
        in store: any Store
    ) async throws(EncryptionError) -> Int {
        let folder = open(keysDirectory, O_RDONLY | O_CLOEXEC)
        guard folder >= 0 else { throw .system(keysDirectory) }
        // Let go of with the descriptor, however the process ends.
        defer { close(folder) }
        guard flock(folder, LOCK_EX | LOCK_NB) == 0 else { throw .changing(path: path) }
        if access(nextPath, F_OK) != 0 { try MasterKey().write(to: nextPath, in: keysDirectory) }
        let next = try MasterKey(file: nextPath)
        let count = try await ring.rewrap(with: next, in: store)
        guard rename(nextPath, path) == 0 else { throw .system(path) }
        try MasterKey.syncFolder(keysDirectory)
        return count
    }
}
