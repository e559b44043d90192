import Foundation

/// A folder of the data that lies beside the checkout; it need not be there.
func sharedData(_ path: String) -> URL {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return root.appending(path: "../shared/data").appending(path: path).standardizedFileURL
}
