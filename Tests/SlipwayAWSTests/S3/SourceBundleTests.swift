import SlipwayAWS
import SlipwayBase
import SlipwaySigning
import Testing

@Suite("A bundle before it is released") struct SourceBundleTests {
    private func bundle(_ bytes: [UInt8], _ path: String = "build/app.zip") throws -> SourceBundle {
        try SourceBundle(reading: MemoryFile(bytes), path: path)
    }

    private func refusal(_ bytes: [UInt8], _ path: String = "build/app.zip") -> String? {
        #expect(throws: InputFailure.self) { try bundle(bytes, path) }?.description
    }

    @Test("given a zip when it is read then its digest is that of the file, and its key is made of it")
    func good() throws {
        let zip = Zip("app.js", "public/index.html", "..hidden/a..b", "-weird- näme")
        let bundle = try bundle(zip.bytes)
        #expect(bundle.content.sha256 == SHA256.hexDigest(of: zip.bytes))
        #expect(bundle.key(for: "shop") == "slipway/shop/\(bundle.content.sha256).zip")
        #expect(bundle.soleFolder == nil)
    }

    @Test("given a war or jar when it is read then its key keeps the ending")
    func endings() throws {
        #expect(try bundle(Zip("WEB-INF/web.xml", "a").bytes, "ROOT.WAR").keyEnding == ".war")
        #expect(try bundle(Zip("META-INF/MANIFEST.MF", "a").bytes, "app.jar").keyEnding == ".jar")
    }

    @Test("given a zip with everything in one folder when it is read then the folder is named for a warning")
    func soleFolder() throws {
        #expect(try bundle(Zip("shop/", "shop/app.js", "shop/public/x").bytes).soleFolder == "shop")
        #expect(try bundle(Zip("shop/app.js", "Procfile").bytes).soleFolder == nil)
    }

    @Test(
        "given a name that leads out of the folder when the zip is read then it is refused in one sentence",
        arguments: [
            ("/etc/passwd", "has an absolute name"), ("\\windows\\x", "has an absolute name"),
            ("\\\\server\\share", "has an absolute name"), ("../x", "leads out of the folder with .."),
            ("a/../../x", "leads out of the folder with .."), ("a\\..\\..\\x", "leads out of the folder with .."),
            ("..", "leads out of the folder with .."), ("a/..", "leads out of the folder with .."),
            ("C:\\x", "has a drive letter in its name"), ("c:x", "has a drive letter in its name"),
            ("a\nb", "has control characters in its name"), ("a\0b", "has control characters in its name"),
            ("", "has no name"),
        ]
    )
    func badNames(_ name: String, _ reason: String) throws {
        let sentence = try #require(refusal(Zip("good", name, "good2").bytes))
        #expect(sentence.hasPrefix("error: build/app.zip: the entry \(name.printable()) \(reason)"))
        #expect(sentence.hasSuffix("."))
    }

    @Test("given an encrypted entry when the zip is read then it is refused")
    func encrypted() {
        var zip = Zip("a")
        zip.flags = 1
        #expect(refusal(zip.bytes) == "error: build/app.zip: the entry a is encrypted; pack it without a password.")
    }

    @Test("given a zip of the large form, behind a prefix or before a comment when it is read then it is understood")
    func forms() throws {
        var large = Zip("a", "b/../c")
        large.isLarge = true
        #expect(refusal(large.bytes)?.contains("leads out") == true)
        large.names = [Array("a".utf8)]
        #expect(try bundle(large.bytes).keyEnding == ".zip")
        var commented = Zip("a")
        commented.comment = Zip.number(0x0605_4B50, 4) + Array("a comment that begins like a record".utf8)
        #expect(try bundle(commented.bytes).keyEnding == ".zip")
        var trailed = Zip("../a")
        trailed.tail = [0, 0, 0]
        #expect(refusal(trailed.bytes)?.contains("leads out") == true)
        // As many names as need several readings of the directory.
        let many = Zip("last/../../x")
        var names = (0..<9_000).map { Array("folder/of/a/rather/long/name/entry-\($0)".utf8) }
        names.append(many.names[0])
        var long = Zip()
        long.names = names
        #expect(refusal(long.bytes)?.contains("last/../../x") == true)
    }

    @Test("given a zip cut off or wrong anywhere when it is read then it is refused and never read past its end")
    func damaged() {
        let good = Zip("app.js", "b").bytes
        for count in 5..<good.count {
            #expect(refusal(Array(good.prefix(count))) != nil, "cut to \(count)")
        }
        for (count, size) in [(1, 0), (-1, 0), (0, 1), (0, -1), (0, 1 << 30)] {
            var zip = Zip("app.js", "b")
            (zip.countError, zip.sizeError) = (count, size)
            #expect(refusal(zip.bytes) != nil, "\(count) \(size)")
        }
        for index in good.indices.dropFirst(4) {
            var bytes = good
            bytes[index] ^= 0xFF
            // Whatever it makes of it, it must not crash.
            _ = try? bundle(bytes)
        }
        var large = Zip("a")
        large.isLarge = true
        for index in large.bytes.indices.dropFirst(4) {
            var bytes = large.bytes
            bytes[index] ^= 0xFF
            _ = try? bundle(bytes)
        }
        #expect(refusal(Zip().bytes) == "error: build/app.zip is an archive with nothing in it.")
    }

    @Test("given no archive when it is read then only what Elastic Beanstalk takes without one is accepted")
    func plain() throws {
        let docker = Array(#"{"AWSEBDockerrunVersion": "1", "Image": {"Name": "nginx"}}"#.utf8)
        #expect(try bundle(docker, "deploy/prod.json").keyEnding == "/Dockerrun.aws.json")
        #expect(try bundle(Array(#"{"AWSEBDockerrunVersion": 2}"#.utf8)).keyEnding == "/Dockerrun.aws.json")
        #expect(try bundle(Array("services: {}\n".utf8), "a/docker-compose.yml").keyEnding == "/docker-compose.yml")
        let sentence = "error: x is no zip, war or jar; pack the application with its files at the top of the archive."
        for text in ["hello", "{}", #"{"AWSEBDockerrunVersion": 9}"#, "[1]", "PK", "\u{1F}\u{8B}gzip"] {
            #expect(refusal(Array(text.utf8), "x") == sentence)
        }
        #expect(refusal([0, 1, 2], "docker-compose.yml") != nil)
    }

    @Test("given an empty bundle or one over the limit when it is read then it is refused before anything is read")
    func sizes() {
        #expect(refusal([]) == "error: build/app.zip is empty; a bundle is a zip of the application.")
        let huge = HugeFile(byteCount: 536_870_913)
        let failure = #expect(throws: InputFailure.self) { try SourceBundle(reading: huge, path: "app.zip") }
        #expect(
            failure?.description == "error: app.zip has 536870913 bytes, more than the 536870912 (512 MB) that Elastic"
                + " Beanstalk takes; leave out what is not needed to run it."
        )
    }
}

private struct HugeFile: FileReader {
    let byteCount: Int

    func read(at offset: Int, count: Int) throws(InputFailure) -> [UInt8] {
        Issue.record("it was read")
        return []
    }
}
