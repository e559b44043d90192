import Foundation
import SlipwayBase
import SlipwayCassettes

/// What others recorded or published, read where it is; nil and a word about it when it is absent.
enum AzureData {
    static func text(_ path: String) -> [UInt8]? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let file = root.appending(path: "../shared/data/azure/\(path)").standardizedFileURL
        guard let data = try? Data(contentsOf: file) else {
            print("skipped: there is no \(path) in ../shared/data/azure beside this checkout")
            return nil
        }
        return Array(data)
    }

    static func cassette(_ name: String) throws -> Cassette? {
        guard let bytes = text("azure-cli-2025-02/appservice/\(name).yaml") else { return nil }
        return try Cassette(vcrpy: bytes, name: name, from: "Azure, by the tests of the Azure CLI")
    }

    /// What the real az sent to a stand-in: method, path without version, and body.
    static func clientRequests(_ name: String) throws -> [(call: String, body: JSON?)]? {
        guard let bytes = text("client-requests/\(name).jsonl") else { return nil }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            let entry = try JSON(parsing: Array(line))
            let path = (entry["p"]?.string ?? "").prefix { $0 != "?" }
            let body = entry["body"]?.string.flatMap { try? JSON(parsing: $0) }
            return ("\(entry["m"]?.string ?? "") \(path)", body)
        }
    }
}
