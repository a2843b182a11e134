package import Mail
package import Storage

/// Takes letters to be sent, later than the transaction that they belong to and only if it stands.
package protocol Mailer: Sendable {
    /// Puts a letter into the queue; `now` is in microseconds since 1970.
    func enqueue(
        _ letter: Letter,
        now: Int64,
        in transaction: any WriteTransaction
    ) throws(StoreError)

    /// Removes all letters to an address, such as when its owner's data is erased; how many.
    func removeLetters(
        to address: String,
        in transaction: any WriteTransaction
    ) throws(StoreError) -> Int

    /// Has it look at the queue soon, since a transaction with letters is over.
    func wake()
}

extension MailQueue: Mailer {}
