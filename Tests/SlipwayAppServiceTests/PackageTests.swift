import SlipwayAppService
import SlipwayBase
import Testing

@Suite("Packages that are fit to be deployed") struct PackageTests {
    private struct Bytes: FileReader {
        var bytes: [UInt8]
        var byteCount: Int { bytes.count }
        func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
            guard offset + count <= bytes.count else { throw InputFailure("too short") }
            return Array(bytes[offset..<(offset + count)])
        }
    }

    @Test(
        "given a package when it is read then its digest is known, and its type by its name",
        arguments: [
            ("shop.zip", "zip"), ("a/shop.WAR", "war"), ("shop.jar", "jar"), ("shop.ear", "ear"), ("shop", "zip"),
        ]
    )
    func good(_ path: String, _ type: String) throws {
        let package = try ZipPackage(reading: Bytes(bytes: Package.bytes), path: path)
        #expect(package.sha256 == Package.sha256)
        #expect(package.type == type)
        #expect(package.soleFolder == nil)
    }

    @Test("given what is no package when it is read then one sentence says so")
    func bad() {
        for (bytes, words) in [
            ([], "is empty"), (Array("hello".utf8), "is no zip"), (Array("PK\u{3}\u{4}".utf8), "is no whole zip"),
        ] {
            #expect { try ZipPackage(reading: Bytes(bytes: bytes), path: "x.zip") } throws: { "\($0)".contains(words) }
        }
    }

    @Test("given a name that leads out of the folder when the package is read then it is refused")
    func escaping() {
        let name = Array("app.py".utf8)
        var bytes = Package.bytes
        let evil = Array("../xpy".utf8)
        for start in bytes.indices where start + name.count <= bytes.count {
            if Array(bytes[start..<(start + name.count)]) == name {
                bytes.replaceSubrange(start..<(start + name.count), with: evil)
            }
        }
        #expect { try ZipPackage(reading: Bytes(bytes: bytes), path: "x.zip") } throws: {
            "\($0)".contains("leads out")
        }
    }
}
