#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Base64 as kubeconfigs have it: line breaks and spaces are skipped, anything else foreign is refused.
enum Base64 {
    static func decode(_ text: String) -> [UInt8]? {
        let bytes = text.utf8.filter { ![0x0A, 0x0D, 0x20, 0x09].contains($0) }
        return Data(base64Encoded: Data(bytes)).map { Array($0) }
    }

    static func encode(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
