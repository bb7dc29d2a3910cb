/// The files that tell the server how to run, written anew at each start.
struct ServerSettings {
    var durable: Bool
    /// The folder of the socket.
    var sockets: String
    /// The system's users who may connect as the superuser, besides root.
    var accounts: [String]
    /// What compresses the log: lz4 if the server can, else its own way.
    var compression = "lz4"

    func write(to folder: String) throws(LocalPostgresError) {
        try Folder.write(server(folder), to: folder + "/postgresql.conf")
        try Folder.write("local all all peer map=local\n", to: folder + "/pg_hba.conf")
        let lines = Set(accounts + ["root"]).sorted().map { "local \"\($0)\" postgres\n" }
        try Folder.write(lines.joined(), to: folder + "/pg_ident.conf")
    }

    private func server(_ folder: String) -> String {
        """
        # Written at each start; put changes in extra.conf beside this file.
        hba_file = \(quoted(folder + "/pg_hba.conf"))
        ident_file = \(quoted(folder + "/pg_ident.conf"))
        listen_addresses = ''
        port = 5432
        unix_socket_directories = \(quoted("\"" + doubled(sockets, "\"") + "\""))
        unix_socket_permissions = 0700
        max_connections = 60
        fsync = \(durable ? "on" : "off")
        synchronous_commit = on
        full_page_writes = \(durable ? "on" : "off")
        wal_level = minimal
        max_wal_senders = 0
        wal_compression = \(compression)
        shared_buffers = \(durable ? "256MB" : "64MB")
        max_wal_size = 2GB
        checkpoint_timeout = 15min
        autovacuum = on
        jit = off
        timezone = 'UTC'
        log_timezone = 'UTC'
        log_checkpoints = off
        log_line_prefix = '%m [%p] '
        \(Folder.owner(of: folder + "/extra.conf") == nil ? "" : "include = 'extra.conf'")

        """
    }

    private func quoted(_ text: String) -> String {
        "'" + doubled(doubled(text, "\\"), "'") + "'"
    }

    private func doubled(_ text: String, _ mark: Character) -> String {
        var doubled = ""
        for character in text {
            if character == mark { doubled.append(mark) }
            doubled.append(character)
        }
        return doubled
    }
}
