import SlipwayAWS
import SlipwayBase
import SlipwayHTTP
import Testing

@testable import SlipwayElasticBeanstalk

@Suite("Calls of Elastic Beanstalk") struct CallTests {
    private let calls = ElasticBeanstalkCalls(application: "my shop")
    private let environment = Environment(id: "e-abc", name: "shop-prod")

    private func form(_ call: QueryCall) -> String {
        let endpoint = AWSEndpoint(
            signingName: "elasticbeanstalk",
            region: "us-east-1",
            origin: Origin(scheme: "https", host: "elasticbeanstalk.us-east-1.amazonaws.com")
        )
        let request = call.request(to: endpoint, version: ElasticBeanstalkCalls.version)
        guard case .bytes(let bytes) = request.body else { return "no form" }
        return String(decoding: bytes, as: UTF8.self).replacing("&Version=2010-12-01", with: "")
    }

    @Test("given environments to look at when the call is made then it is the one that the AWS CLI makes")
    func looks() {
        #expect(
            form(calls.environments(named: ["my-env", "other"]))
                == "Action=DescribeEnvironments&EnvironmentNames.member.1=my-env&EnvironmentNames.member.2=other"
        )
        #expect(
            form(calls.settings(of: environment))
                == "Action=DescribeConfigurationSettings&ApplicationName=my+shop&EnvironmentName=shop-prod"
        )
        #expect(
            form(calls.events(of: environment, from: Timestamp(milliseconds: 1_795_219_207_098), request: "r-1"))
                == "Action=DescribeEvents&EnvironmentId=e-abc&RequestId=r-1"
                + "&StartTime=2026-11-21T00%3A00%3A07.098Z&MaxRecords=100"
        )
    }

    @Test("given a version to deploy when the call is made then it names the version and nothing else")
    func deploys() {
        #expect(
            form(calls.deploy("v 1+é", to: environment))
                == "Action=UpdateEnvironment&EnvironmentId=e-abc&VersionLabel=v+1%2B%C3%A9"
        )
        #expect(!calls.deploy("v1", to: environment).isIdempotent)
    }

    @Test("given options to set when the call is made then it names them and no version")
    func configures() {
        let settings = [
            Setting(option: .deploymentPolicy, value: "Rolling"), Setting(option: .batchSize, value: "2"),
        ]
        #expect(
            form(calls.configure(environment, settings))
                == "Action=UpdateEnvironment&EnvironmentId=e-abc"
                + "&OptionSettings.member.1.Namespace=aws%3Aelasticbeanstalk%3Acommand"
                + "&OptionSettings.member.1.OptionName=DeploymentPolicy&OptionSettings.member.1.Value=Rolling"
                + "&OptionSettings.member.2.Namespace=aws%3Aelasticbeanstalk%3Acommand"
                + "&OptionSettings.member.2.OptionName=BatchSize&OptionSettings.member.2.Value=2"
        )
    }

    @Test("given a new version when the call is made then it is processed and no application is made for it")
    func versions() {
        #expect(
            form(calls.createVersion("1.5.0", bucket: "bundles", key: "a/b.zip"))
                == "Action=CreateApplicationVersion&ApplicationName=my+shop&VersionLabel=1.5.0"
                + "&Description=released+by+slipway&SourceBundle.S3Bucket=bundles&SourceBundle.S3Key=a%2Fb.zip"
                + "&AutoCreateApplication=false&Process=true"
        )
    }

    @Test("given two environments when they are swapped or one is taken down then they are named by number")
    func numbers() {
        let other = Environment(id: "e-def", name: "shop-green")
        #expect(
            form(calls.swap(environment, other))
                == "Action=SwapEnvironmentCNAMEs&SourceEnvironmentId=e-abc&DestinationEnvironmentId=e-def"
        )
        #expect(
            form(calls.terminate(other)) == "Action=TerminateEnvironment&EnvironmentId=e-def&TerminateResources=true"
        )
        #expect(form(calls.abort(other)) == "Action=AbortEnvironmentUpdate&EnvironmentId=e-def")
    }

    @Test("given an environment to clone when the calls are made then only public fields are used")
    func clones() {
        #expect(
            form(calls.createTemplate("t-1", from: environment))
                == "Action=CreateConfigurationTemplate&ApplicationName=my+shop&TemplateName=t-1&EnvironmentId=e-abc"
                + "&Description=made+by+slipway+to+clone+shop-prod%3B+may+be+deleted"
        )
        let wanted = NewEnvironment(
            name: "shop-green",
            cnamePrefix: "shop-preview",
            template: "t-1",
            label: "1.5.0",
            settings: [Setting(option: .minSize, value: "3")]
        )
        #expect(
            form(calls.createEnvironment(wanted))
                == "Action=CreateEnvironment&ApplicationName=my+shop&EnvironmentName=shop-green"
                + "&CNAMEPrefix=shop-preview&TemplateName=t-1&VersionLabel=1.5.0"
                + "&OptionSettings.member.1.Namespace=aws%3Aautoscaling%3Aasg"
                + "&OptionSettings.member.1.OptionName=MinSize&OptionSettings.member.1.Value=3"
        )
    }
}

extension Environment {
    /// A web environment that is Ready and well.
    init(id: String, name: String) {
        self.init(
            name: name,
            id: id,
            application: "shop",
            label: "1.4.0",
            status: .ready,
            health: .green,
            cname: "\(name).us-east-1.elasticbeanstalk.com",
            endpoint: nil,
            isAbortable: false,
            updated: nil,
            isWebTier: true
        )
    }
}
