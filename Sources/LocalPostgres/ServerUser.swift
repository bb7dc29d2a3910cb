import Glibc

/// Who runs the server.
struct ServerUser: Sendable {
    var name: String
    var id: uid_t
    var group: gid_t
    /// Whether the caller is root and has to become this user.
    var isAnother: Bool

    /// The caller's name.
    static var callerName: String { account(of: geteuid())?.name ?? "root" }

    /// Chooses the owner of the data, or who should own it: the caller, or `postgres` for root.
    static func choose(data: String) throws(LocalPostgresError) -> ServerUser {
        let caller = geteuid()
        let owner = Folder.owner(of: data)
        guard caller == 0 else {
            if let owner, owner != caller { throw .wrongOwner(folder: data, owner: owner) }
            let name = account(of: caller)?.name ?? "\(caller)"
            return ServerUser(name: name, id: caller, group: getegid(), isAnother: false)
        }
        if let owner, owner != 0 {
            guard let user = account(of: owner) else {
                throw .wrongOwner(folder: data, owner: owner)
            }
            return user
        }
        guard let user = unsafe account(from: getpwnam("postgres")) else {
            throw .userMissing("postgres")
        }
        return user
    }

    /// The command that runs `command` as this user.
    func command(_ command: [String]) -> [String] {
        guard isAnother else { return command }
        return [
            "/usr/bin/setpriv", "--reuid=\(id)", "--regid=\(group)", "--init-groups",
            "--inh-caps=-all", "--no-new-privs", "--",
        ] + command
    }

    /// Makes sure that this user can enter a folder; names the first one that is closed.
    func checkReach(_ folder: String) throws(LocalPostgresError) {
        guard isAnother else { return }
        var prefix = ""
        // The whole path first: the usual answer is yes.
        if try canEnter(folder) { return }
        for part in folder.split(separator: "/") {
            prefix += "/\(part)"
            if try !canEnter(prefix) {
                throw .unreachable(folder: folder, user: name, blockedAt: prefix)
            }
        }
    }

    private func canEnter(_ folder: String) throws(LocalPostgresError) -> Bool {
        let test = command(["/usr/bin/test", "-x", folder])
        return try ServerProcess.run(test, output: "/dev/null") == 0
    }

    private static func account(of id: uid_t) -> ServerUser? {
        unsafe account(from: getpwuid(id))
    }

    private static func account(from entry: UnsafeMutablePointer<passwd>?) -> ServerUser? {
        guard let entry = unsafe entry, let name = unsafe entry.pointee.pw_name else { return nil }
        return unsafe ServerUser(
            name: String(cString: name), id: entry.pointee.pw_uid, group: entry.pointee.pw_gid,
            isAnother: geteuid() == 0)
    }
}
