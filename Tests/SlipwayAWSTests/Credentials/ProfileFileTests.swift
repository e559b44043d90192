import SlipwayAWS
import SlipwayBase
import Testing

@Suite struct ProfileFileTests {
    private func region(_ config: String, profile: String? = nil) throws -> String {
        var machine = AccountMachine(config: config)
        machine.variables["AWS_REGION"] = nil
        return try machine.access(.init(profile: profile)).region
    }

    @Test(
        "given the ways people write profile files, when read, then a profile's region is found",
        arguments: [
            "[profile shop]\nregion = eu-north-1\n",
            "\u{FEFF}[profile shop]\r\nregion=eu-north-1\r\n",
            "# note\n; note\n\n  [ profile   shop ]  # mine\n  region : eu-north-1   # home ; away\n",
            "[profile \"shop\"]\nREGION = eu-north-1",
            "[profile shop]\nregion = eu-west-3\nregion = eu-north-1\n",
            "[profile shop]\nregion = eu-west-3\n[profile x]\nregion = eu-west-2\n[profile shop]\nregion = eu-north-1\n",
            "[preview]\ncloudfront = true\n[shop]\nregion = eu-west-3\n[profile shop]\nregion = eu-north-1\n",
            "[profile shop]\ns3 =\n  region = eu-west-3\n  max = 10\nregion = eu-north-1\n",
            "[profile shop]\nnote = one\n  region = eu-west-3\nregion = eu-north-1\n",
        ]
    )
    func forms(config: String) throws {
        #expect(try region(config, profile: "shop") == "eu-north-1")
    }

    @Test(
        "given a default profile written twice, when read, then [profile default] hides [default] whatever comes first"
    )
    func defaults() throws {
        let plain = "[default]\nregion = eu-west-3\n"
        let named = "[profile default]\nregion = eu-north-1\n"
        #expect(try region(plain) == "eu-west-3")
        #expect(try region(plain + named) == "eu-north-1")
        #expect(try region(named + plain) == "eu-north-1")
    }

    @Test(
        "given a profile file that cannot be read, when resolved, then one sentence says the line and not what stands there",
        arguments: [
            ("[default\nregion = x", "1:1: error: this section's name has no ] at its end"),
            ("[ ]\n", "1:1: error: this section has no name; write one such as [default]"),
            ("\nregion = x\n", "2:1: error: this line stands before any section; begin with one such as [default]"),
            (
                "[default]\nhush\n",
                "2:1: error: this line is neither a section, nor a comment, nor name = value"
            ),
            ("[default]\r\n# x\r\n= hush\r\n", "3:1: error: this value has no name before it; write name = value"),
            (
                "[default]\ns3 =\n  hush\n",
                "3:1: error: this indented line is not name = value, as lines under an empty value must be"
            ),
        ]
    )
    func mistakes(text: String, sentence: String) async {
        let config = await AccountMachine(config: text).complaint()
        #expect(config == AccountMachine.configPath + ":" + sentence)
        let credentials = await AccountMachine(credentials: text).complaint()
        #expect(credentials == AccountMachine.credentialsPath + ":" + sentence)
    }

    @Test("given a profile file that is huge, closed or no text, when resolved, then one sentence says so")
    func unreadable() async {
        let huge = await AccountMachine(config: String(repeating: "#", count: 1 << 20) + "\n").complaint()
        #expect(huge == "/home/dev/.aws/config: error: this file is larger than 1024 KiB")
        let closed = await AccountMachine(credentials: "forbidden").complaint()
        #expect(closed == "/home/dev/.aws/credentials: error: this file cannot be read: permission denied")
        var binary = AccountMachine()
        binary.variables["AWS_CONFIG_FILE"] = "~/elsewhere"
        binary.files["/home/dev/elsewhere"] = "[profile x]\nregion = eu-west-1"
        #expect(await binary.complaint(.init(profile: "x")).hasPrefix("there are no AWS credentials"))
    }

    @Test("given variables that name files, when read, then those count, and /dev/null stands for none")
    func named() throws {
        var machine = AccountMachine(config: "[default]\nregion = eu-west-3\n", credentials: "hush")
        machine.variables["AWS_REGION"] = nil
        machine.variables["AWS_CONFIG_FILE"] = "/etc/aws"
        machine.variables["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
        machine.files["/etc/aws"] = "[default]\nregion = eu-north-1\n"
        #expect(try machine.access().region == "eu-north-1")
    }

    @Test("given a credentials file that others can read, when resolved, then that is a warning")
    func open() throws {
        var machine = AccountMachine(credentials: "[default]\n" + keys("AKIDFILE"))
        #expect(try machine.access().warnings.isEmpty)
        machine.open = [AccountMachine.credentialsPath]
        #expect(
            try machine.access().warnings.map(\.description) == [
                "/home/dev/.aws/credentials: warning: other users can read this file with credentials; "
                    + "take that away with chmod go-r"
            ]
        )
    }

    @Test("given a profile that nobody wrote, when named, then one sentence says so with the nearest name")
    func unknown() async {
        let machine = AccountMachine(config: "[profile shop]\n", credentials: "[stage]\n", ["AWS_PROFILE": "stag"])
        #expect(
            await machine.complaint(.init(profile: "shopp"))
                == "error: the target names the profile \"shopp\", which is neither in /home/dev/.aws/config nor in "
                + "/home/dev/.aws/credentials; did you mean \"shop\"?"
        )
        #expect(
            await machine.complaint()
                == "error: AWS_PROFILE names the profile \"stag\", which is neither in /home/dev/.aws/config nor in "
                + "/home/dev/.aws/credentials; did you mean \"stage\"?"
        )
    }
}
