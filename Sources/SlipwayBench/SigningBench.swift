import COpenSSL
import Foundation
import HTTPTypes
import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import SlipwaySigning

/// Signature Version 4 on one core, next to botocore and to the bare cost of the hashes in it.
enum SigningBench {
    private static let rounds = 9
    private static let signaturesARound = 20_000
    private static let body = "Action=DescribeEnvironments&Version=2010-12-01&EnvironmentNames.member.1=shop-prod"
    private static let contentType = "application/x-www-form-urlencoded; charset=utf-8"
    private static let start = Timestamp(milliseconds: 1_795_219_207_000)
    private static let credentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
    )
    private static let endpoint = AWSEndpoint(
        signingName: "elasticbeanstalk",
        region: "us-east-1",
        origin: Origin(scheme: "https", host: "elasticbeanstalk.us-east-1.amazonaws.com")
    )

    /// Signatures a second for a DescribeEnvironments call, alone and within a whole request.
    static func rows() throws -> [Row] {
        let hashes = try BareHashes(try pieces())
        let (signer, input, key) = (signer, input, SigV4.AccessKey(credentials))
        let (requestSigner, request) = (AWSSigner(endpoint), request)
        var (ours, whole, bare, theirs) = ([Double](), [Double](), [Double](), [Double]())
        var missing: String?
        for round in 0...rounds {
            let alone = seconds { count in
                for index in 0..<count {
                    _ = signer.signature(of: input, by: key, at: time(index))
                }
            }
            let inside = seconds { count in
                for index in 0..<count {
                    _ = requestSigner.sign(request, with: credentials, at: time(index))
                }
            }
            let hashed = seconds { count in for _ in 0..<count { hashes.run() } }
            do {
                if missing == nil { theirs.append(try botocore()) }
            } catch { missing = "\(error)" }
            // The first round only warms up.
            if round > 0 { (ours, whole, bare) = (ours + [alone], whole + [inside], bare + [hashed]) }
        }
        return rows(ours.median, whole.median, bare.median, theirs.dropFirst().map(\.self).median, missing)
    }

    /// Everything in seconds for one signature.
    private static func rows(
        _ ours: Double,
        _ whole: Double,
        _ bare: Double,
        _ theirs: Double,
        _ missing: String?
    ) -> [Row] {
        let name = "SigV4 signatures"
        let hashRow = Row.compared(
            "SigV4 time for one",
            ours * 1e6,
            with: "its hashes alone",
            bare * 1e6,
            unit: "µs",
            digits: 2,
            aim: "ratio <= 1.5"
        ) { $0 <= 1.5 }
        let wholeHashRow = Row.compared(
            "  of a whole request",
            whole * 1e6,
            with: "its hashes alone",
            bare * 1e6,
            unit: "µs",
            digits: 2
        )
        if let missing { return [.skipped(name, "no botocore: \(missing)"), hashRow, wholeHashRow] }
        return [
            .compared(name, 1e-3 / ours, with: "botocore", 1e-3 / theirs, unit: "k/s", aim: "ratio >= 12") {
                $0 >= 12
            },
            .compared(
                "  of whole requests",
                1e-3 / whole,
                with: "botocore",
                1e-3 / theirs,
                unit: "k/s",
                aim: "ratio >= 12"
            ) { $0 >= 12 },
            hashRow, wholeHashRow,
        ]
    }

    private static func seconds(_ body: (Int) -> Void) -> Double {
        let start = Usage.ours.cpuSeconds
        body(signaturesARound)
        return (Usage.ours.cpuSeconds - start) / Double(signaturesARound)
    }

    private static func time(_ index: Int) -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + Int64(index))
    }

    private static var signer: SigV4 { SigV4(service: endpoint.signingName, region: endpoint.region) }

    private static var input: SigV4.Input {
        SigV4.Input(
            method: "POST",
            target: "/",
            headers: [("Content-Type", contentType), ("Host", endpoint.origin.authority)],
            payload: .bytes(Array(body.utf8))
        )
    }

    private static var request: Request {
        Request(
            .post,
            endpoint.origin,
            "/",
            headers: [.contentType: contentType],
            body: .bytes(Array(body.utf8))
        )
    }

    /// What is hashed for one signature: the body, the canonical request, and under the key the string to sign.
    private static func pieces() throws -> [[UInt8]] {
        var sent = input
        sent.headers += signer.signature(of: input, by: SigV4.AccessKey(credentials), at: start).dropLast()
        let canonical = signer.canonicalRequest(of: sent)
        guard let stamp = sent.headers.first(where: { $0.name == "X-Amz-Date" })?.value else {
            throw BenchFailure("the request has no date")
        }
        let scope = "\(stamp.prefix(8))/\(endpoint.region)/\(endpoint.signingName)/aws4_request"
        let text = SigV4.stringToSign(canonical, stamp: stamp, scope: scope)
        return [Array(body.utf8), Array(canonical.utf8), Array(text.utf8)]
    }

    /// Processor seconds that botocore needs for one signature of the same call.
    private static func botocore() throws -> Double {
        guard let python = Machine.program("python3") else { throw BenchFailure("there is no python3") }
        let output = try Machine.output(of: python, ["-", body, contentType], input: script)
        guard let text = String(bytes: output, encoding: .utf8)?.trimmingCharacters(in: .whitespacesAndNewlines),
            let seconds = Double(text)
        else { throw BenchFailure("botocore's figure cannot be read") }
        return seconds
    }

    private static let script = """
        import sys, time
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        keys = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        signer = SigV4Auth(keys, "elasticbeanstalk", "us-east-1")
        url = "https://elasticbeanstalk.us-east-1.amazonaws.com/"
        request = AWSRequest("POST", url, {"Content-Type": sys.argv[2]}, sys.argv[1].encode())
        for _ in range(200): signer.add_auth(request)
        count = 2000
        start = time.process_time()
        for _ in range(count): signer.add_auth(request)
        print((time.process_time() - start) / count)
        """
}

/// The hashes of one signature and nothing else, with everything fetched and allocated once.
private final class BareHashes {
    private let (digest, mac, context): (OpaquePointer, OpaquePointer, OpaquePointer)
    private let pieces: [[UInt8]]
    private let key = [UInt8](repeating: 7, count: 32)
    private var output = [UInt8](repeating: 0, count: 64)
    private let parameters: [OSSL_PARAM]
    private let name: UnsafeMutablePointer<CChar>

    init(_ pieces: [[UInt8]]) throws {
        guard let digest = EVP_MD_fetch(nil, "SHA256", nil), let mac = EVP_MAC_fetch(nil, "HMAC", nil),
            let context = EVP_MD_CTX_new(), let keyed = EVP_MAC_CTX_new(mac), let name = strdup("SHA256")
        else { throw BenchFailure("OpenSSL has no SHA-256 or no HMAC") }
        (self.digest, self.mac, self.context, self.name, self.pieces) = (digest, keyed, context, name, pieces)
        parameters = [OSSL_PARAM_construct_utf8_string("digest", name, 0), OSSL_PARAM_construct_end()]
        guard EVP_MAC_init(keyed, key, key.count, parameters) == 1 else { throw BenchFailure("HMAC did not start") }
        EVP_MAC_free(mac)
    }

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MAC_CTX_free(mac)
        EVP_MD_free(digest)
        free(name)
    }

    func run() {
        for piece in pieces.dropLast() {
            EVP_DigestInit_ex2(context, digest, nil)
            EVP_DigestUpdate(context, piece, piece.count)
            EVP_DigestFinal_ex(context, &output, nil)
        }
        guard let text = pieces.last else { return }
        var length = 0
        EVP_MAC_init(mac, key, key.count, nil)
        EVP_MAC_update(mac, text, text.count)
        EVP_MAC_final(mac, &output, &length, output.count)
    }
}
