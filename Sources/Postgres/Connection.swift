import CPostgres

/// A connection to Postgres.
///
/// It belongs to one thread, whose calls wait for the server, and closes when it goes out of
/// scope. Text is UTF-8, values travel in binary form. Notices of the server are dropped unless
/// `onNotice` is set.
@safe public struct Connection: ~Copyable {
    let handle: OpaquePointer
    var statements = PreparedStatements()
    var fatal = false
    private let notices = Notices()

    /// The version of libpq that this process has loaded, such as 15.14.
    public static var libraryVersion: String {
        let number = PQlibVersion()
        return "\(number / 10000).\(number % 10000)"
    }

    /// Connects as a libpq connection string or URI says, such as `host=/run/db dbname=duet`.
    ///
    /// Where the string says nothing, a connection must be made within 10 seconds, and a server
    /// that no longer answers over TCP counts as lost after about 30 seconds.
    public init(_ conninfo: String) throws(PostgresError) {
        // Later words win over earlier ones, and those of the string stand at "dbname".
        let words: KeyValuePairs = [
            "connect_timeout": "10", "tcp_user_timeout": "30000", "keepalives_idle": "15",
            "keepalives_interval": "5", "keepalives_count": "3",
            "dbname": conninfo, "client_encoding": "UTF8",
        ]
        let opened = unsafe withCStrings(words.map(\.key)) { keys in
            unsafe withCStrings(words.map(\.value)) { values in
                unsafe PQconnectdbParams(keys, values, 1)
            }
        }
        guard let opened = unsafe opened else {
            throw PostgresError(.connect, "there is no memory for a connection")
        }
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let message = unsafe firstLines(PQerrorMessage(opened))
            unsafe PQfinish(opened)
            var error = PostgresError(.connect, message)
            // libpq gives no SQLSTATE for a refused connection, only the server's text.
            if message.contains("the database system is starting up")
                || message.contains("the database system is not yet accepting connections")
            {
                error.sqlState = "57P03"
            }
            throw error
        }
        unsafe handle = unsafe opened
        unsafe notices.attach(to: opened)
    }

    deinit { unsafe PQfinish(handle) }

    /// The descriptor to wait on in a poll; -1 when the connection is gone.
    public var socketDescriptor: Int32 { unsafe PQsocket(handle) }

    /// Whether the connection is gone; every further call would fail.
    public var isBroken: Bool { unsafe fatal || PQstatus(handle) != CONNECTION_OK }

    /// Whether a transaction is open, failed or not.
    public var isInTransaction: Bool {
        let status = unsafe PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// The number of the server process that serves this connection.
    public var serverProcess: Int32 { unsafe PQbackendPID(handle) }

    /// Gives each notice of the server to `handler`, on the connection's thread; nil drops them.
    public func onNotice(_ handler: ((String) -> Void)?) { notices.handler = handler }

    /// Runs a script of one or more statements without parameters, such as a migration.
    ///
    /// Unless the script says otherwise it is one transaction.
    public mutating func executeScript(_ sql: String) throws(PostgresError) {
        _ = unsafe try check(PQexec(handle, sql), sql)
    }

    /// Runs a statement and returns how many rows it inserted, updated, deleted or returned.
    @discardableResult
    public mutating func execute(_ query: Query) throws(PostgresError) -> Int {
        try self.query(query).affected
    }

    /// Runs a statement and returns its rows; it is prepared at its first use.
    public mutating func query(_ query: Query) throws(PostgresError) -> Rows {
        try refuseZeroBytes(query)
        let key = PreparedStatements.Key(query)
        let known = statements.names[key]
        let name = if let known { known } else { try prepare(key) }
        do {
            return Rows(result: unsafe try check(sendAndWait(name, query), query.sql))
        } catch {
            guard known != nil, PreparedStatements.isStale(error) else { throw error }
            // A table changed under the prepared statement; prepare it afresh.
            statements.names[key] = nil
            guard !isInTransaction else { throw error }
            let fresh = try prepare(key)
            return Rows(result: unsafe try check(sendAndWait(fresh, query), query.sql))
        }
    }

    private mutating func prepare(_ key: PreparedStatements.Key) throws(PostgresError) -> String {
        if statements.isFull { try forgetStatements() }
        let name = statements.nextName()
        let result = unsafe PQprepare(handle, name, key.sql, Int32(key.types.count), key.types)
        _ = unsafe try check(result, key.sql)
        statements.names[key] = name
        return name
    }

    mutating func forgetStatements() throws(PostgresError) {
        try executeScript("deallocate all")
        statements.names.removeAll()
    }

    private func sendAndWait(_ name: String, _ query: Query) -> OpaquePointer? {
        unsafe query.withParameters { values, lengths, formats in
            unsafe PQexecPrepared(
                handle, name, Int32(values.count), values.baseAddress, lengths.baseAddress,
                formats.baseAddress, 1)
        }
    }

    func refuseZeroBytes(_ query: Query) throws(PostgresError) {
        guard let number = query.parameters.parameterWithZeroByte else { return }
        throw PostgresError(
            .usage, "parameter $\(number) has a zero byte, which text in Postgres cannot hold",
            statement: query.sql)
    }
}

/// Calls `body` with the texts as a null-terminated array of C strings.
private func withCStrings<R>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R
) -> R {
    var bytes: [CChar] = []
    var offsets: [Int] = []
    for text in texts {
        offsets.append(bytes.count)
        bytes += text.utf8CString
    }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        var pointers: [UnsafePointer<CChar>?] = unsafe offsets.map { offset in
            unsafe buffer.baseAddress.map { unsafe $0 + offset }
        }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }
}
