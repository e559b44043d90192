internal import Foundation

/// The file of a journal and its folder, for their owner only.
enum JournalFile {
    /// Makes the folder (0700) and an empty file (0600) where they are missing, and takes the file from others' eyes.
    static func prepare(_ path: String) throws(JournalFailure) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty { try makeFolder(folder) }
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw JournalFailure(
                "the journal \(path) cannot be opened (\(String(cString: strerror(errno)))); "
                    + "check that its folder is yours, or give another --journal."
            )
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw JournalFailure("the journal \(path) is not a file; give another --journal.")
        }
        if status.st_mode & 0o077 != 0 { fchmod(file, 0o600) }
    }

    /// Makes `folder` with its parents; those that exist are left as they are.
    static func makeFolder(_ folder: String) throws(JournalFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw JournalFailure(
                "the folder \(folder) for the journal cannot be made; check its parent, or give another --journal."
            )
        }
    }
}
