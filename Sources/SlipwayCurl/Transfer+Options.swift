import CCurl
import HTTPTypes
import SlipwayBase
import SlipwayHTTP

// A request as libcurl's options. libcurl copies every string and blob that it is given.
extension Transfer {
    /// Prepares `handle` for this transfer; anything but CURLE_OK means that it must not be used.
    func attach(_ handle: EasyHandle) -> CURLcode {
        easy = handle
        var options = EasyOptions(loop.curl, handle)
        setBasics(&options)
        setCallbacks(&options)
        setMethodAndBody(&options)
        setTLS(&options)
        setProxy(&options)
        return options.code
    }

    /// Lets go of the handle.
    func detach() {
        countConnections()
        easy = nil
        loop.curl.pointee.slist_free_all(headerList)
        loop.curl.pointee.slist_free_all(detourList)
        (headerList, detourList) = (nil, nil)
    }

    private func setBasics(_ options: inout EasyOptions) {
        let request = plan.request
        options.set(CURLOPT_NOSIGNAL, 1)
        options.check(ccurl_set_http_only(options.curl, options.easy))
        ccurl_set_quick_exit(options.curl, options.easy)
        options.set(CURLOPT_URL, plan.url)
        // The exact bytes that were signed, untouched by libcurl's URL parser.
        options.set(CURLOPT_REQUEST_TARGET, request.target)
        if let detour = plan.detour {
            detourList = loop.curl.pointee.slist_append(nil, detour)
            options.check(ccurl_set_list(options.curl, options.easy, CURLOPT_CONNECT_TO, detourList))
        }
        options.set(CURLOPT_HTTP_VERSION, plan.settings.isHTTP2Allowed ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        options.set(CURLOPT_PIPEWAIT, 1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, Int(clamping: max(request.bounds.connect.milliseconds, 1)))
        if plan.decompresses { options.set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        for line in plan.headerLines {
            guard let longer = loop.curl.pointee.slist_append(headerList, line) else {
                return options.check(CURLE_OUT_OF_MEMORY)
            }
            headerList = longer
        }
        options.check(ccurl_set_list(options.curl, options.easy, CURLOPT_HTTPHEADER, headerList))
    }

    private func setCallbacks(_ options: inout EasyOptions) {
        // Unretained: the loop's table holds the transfer until its handle has left the multi handle.
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_ERRORBUFFER, pointer: errorText)
        options.check(ccurl_set_data_fn(options.curl, options.easy, CURLOPT_HEADERFUNCTION, Callbacks.header))
        options.set(CURLOPT_HEADERDATA, pointer: context)
        options.check(ccurl_set_data_fn(options.curl, options.easy, CURLOPT_WRITEFUNCTION, Callbacks.body))
        options.set(CURLOPT_WRITEDATA, pointer: context)
        options.check(ccurl_set_prereq_fn(options.curl, options.easy, Callbacks.request))
        options.set(CURLOPT_PREREQDATA, pointer: context)
    }

    private func setMethodAndBody(_ options: inout EasyOptions) {
        let method = plan.request.method
        if let upload = plan.upload {
            let context = Unmanaged.passUnretained(self).toOpaque()
            options.set(CURLOPT_UPLOAD, 1)
            let length = curl_off_t(upload.length)
            options.check(ccurl_set_offset(options.curl, options.easy, CURLOPT_INFILESIZE_LARGE, length))
            options.check(ccurl_set_data_fn(options.curl, options.easy, CURLOPT_READFUNCTION, Callbacks.upload))
            options.set(CURLOPT_READDATA, pointer: context)
            options.check(ccurl_set_seek_fn(options.curl, options.easy, Callbacks.rewind))
            options.set(CURLOPT_SEEKDATA, pointer: context)
        }
        if method == .head { options.set(CURLOPT_NOBODY, 1) }
        // Also for GET, since an upload would otherwise turn it into PUT.
        if method != .head { options.set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
    }

    private func setTLS(_ options: inout EasyOptions) {
        let tls = plan.tls
        options.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        options.set(CURLOPT_SSL_VERIFYPEER, tls.isUnverified ? 0 : 1)
        options.set(CURLOPT_SSL_VERIFYHOST, tls.isUnverified ? 0 : 2)
        if let authorities = tls.authorities {
            // Null paths: the given certificates replace the system's, they are not added to them.
            options.set(CURLOPT_CAINFO, nil)
            options.set(CURLOPT_CAPATH, nil)
            options.set(CURLOPT_CAINFO_BLOB, bytes: authorities)
        }
        guard let certificate = tls.certificate, let key = tls.key else { return }
        options.set(CURLOPT_SSLCERTTYPE, "PEM")
        options.set(CURLOPT_SSLCERT_BLOB, bytes: certificate)
        options.set(CURLOPT_SSLKEYTYPE, "PEM")
        options.set(CURLOPT_SSLKEY_BLOB, bytes: key.reveal())
        // Without a password OpenSSL asks for one on the terminal.
        options.set(CURLOPT_KEYPASSWD, "")
    }

    private func setProxy(_ options: inout EasyOptions) {
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_HTTPPROXYTUNNEL, 1)
        switch plan.proxy {
        case .environment: break
        case .none: options.set(CURLOPT_PROXY, "")
        case .url(let url):
            options.set(CURLOPT_PROXY, url.reveal())
            options.set(CURLOPT_NOPROXY, "")
        }
    }
}

/// Sets options and remembers the first that libcurl refused.
struct EasyOptions {
    let curl: Curl
    let easy: EasyHandle
    private(set) var code = CURLE_OK

    init(_ curl: Curl, _ easy: EasyHandle) { (self.curl, self.easy) = (curl, easy) }

    mutating func check(_ result: CURLcode) {
        if code == CURLE_OK { code = result }
    }

    mutating func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(curl, easy, option, value)) }

    mutating func set(_ option: CURLoption, _ value: String?) { check(ccurl_set_string(curl, easy, option, value)) }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        check(ccurl_set_pointer(curl, easy, option, pointer))
    }

    mutating func set(_ option: CURLoption, bytes: [UInt8]) {
        bytes.withUnsafeBytes { check(ccurl_set_blob(curl, easy, option, $0.baseAddress, $0.count)) }
    }
}
