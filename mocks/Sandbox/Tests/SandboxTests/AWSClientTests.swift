import SlipwayBase
import Testing

/// The AWS CLI, as people and pipelines use it.
@Suite(.enabled(if: Shell.has("aws"), "skipped: there is no aws; `.ci/deps clients` installs it"))
struct AWSClientTests {
    private func run(_ script: String, _ arguments: String...) async throws -> Outcome {
        let sandbox = try await RunningSandbox(seed: nil)
        let outcome = await sandbox.shell("set -e\nEB='aws elasticbeanstalk'\n" + script, secondsMax: 240)
        #expect(outcome.isSuccess, "\(outcome)")
        return outcome
    }

    @Test("given a file of one and of many parts, when it is copied to S3 and back, then it is the same")
    func storage() async throws {
        let outcome = try await run(
            """
            head -c 20 /dev/urandom > small; head -c 20000000 /dev/urandom > large
            for f in small large; do
                aws s3 cp --no-progress $f s3://shop-releases/a/$f; aws s3 cp --no-progress s3://shop-releases/a/$f back
                cmp $f back && echo same
            done
            aws s3 ls s3://shop-releases/a/; aws s3 rm s3://shop-releases/a/small
            aws s3 ls s3://shop-releases/a/ | wc -l
            aws s3api head-object --bucket shop-releases --key none 2>&1 | grep -o '(404)' || true
            """
        )
        #expect(outcome.output.matches(of: /same/).count == 2, "\(outcome)")
        #expect(outcome.text.hasSuffix("1\n(404)"), "\(outcome)")
    }

    @Test("given a role, when it is assumed, then its keys sign, and the wrong secret does not")
    func roles() async throws {
        let outcome = try await run(
            """
            aws sts get-caller-identity --query Arn --output text
            read ID SECRET TOKEN < <(aws sts assume-role --role-arn arn:aws:iam::123456789012:role/deploy \
                --role-session-name pipeline --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' --output text)
            unset AWS_PROFILE; export AWS_ACCESS_KEY_ID=$ID AWS_SECRET_ACCESS_KEY=$SECRET AWS_SESSION_TOKEN=$TOKEN
            aws sts get-caller-identity --query Arn --output text; $EB describe-environments --query 'length(Environments)'
            AWS_SECRET_ACCESS_KEY=${SECRET}x aws sts get-caller-identity 2>&1 | grep -o '(.*)' || true
            AWS_ACCESS_KEY_ID=ASIAUNKNOWN0000 aws sts get-caller-identity 2>&1 | grep -o '(.*)' || true
            """
        )
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "arn:aws:iam::123456789012:user/sandbox", "arn:aws:sts::123456789012:assumed-role/deploy/pipeline", "4",
                "(SignatureDoesNotMatch)", "(InvalidClientTokenId)",
            ],
            "\(outcome)"
        )
    }

    @Test("given a rule of a shared load balancer, when its weights are modified, then requests follow them")
    func rules() async throws {
        let outcome = try await run(
            """
            Q='--output text --query'
            L=$(aws elbv2 describe-load-balancers --names shared $Q 'LoadBalancers[0].LoadBalancerArn')
            L=$(aws elbv2 describe-listeners --load-balancer-arn $L $Q 'Listeners[0].ListenerArn')
            R=$(aws elbv2 describe-rules --listener-arn $L $Q "Rules[?Priority=='10'].RuleArn")
            read A B < <(aws elbv2 describe-rules --rule-arns $R $Q 'Rules[0].Actions[0].ForwardConfig.TargetGroups[].TargetGroupArn')
            aws elbv2 modify-rule --rule-arn $R $Q 'Rules[0].Actions[0].ForwardConfig.TargetGroups[].Weight' --actions \
                "[{\\"Type\\":\\"forward\\",\\"ForwardConfig\\":{\\"TargetGroups\\":[{\\"TargetGroupArn\\":\\"$A\\",\\"Weight\\":80},{\\"TargetGroupArn\\":\\"$B\\",\\"Weight\\":20}]}}]"
            aws elbv2 describe-target-health --target-group-arn $A --query 'length(TargetHealthDescriptions)'
            """
        )
        #expect(outcome.text == "80\t20\n4", "\(outcome)")
    }

    @Test("given an environment, when every read that releases make is made, then the CLI reads each answer")
    func reading() async throws {
        let outcome = try await run(
            """
            $EB create-storage-location; $EB check-dns-availability --cname-prefix shop
            $EB describe-applications; $EB describe-application-versions --application-name shop
            $EB describe-environments --environment-names shop-green
            $EB describe-environment-resources --environment-name shop-green
            $EB describe-environment-health --environment-name shop-green --attribute-names All
            $EB describe-instances-health --environment-name shop-green --attribute-names All
            $EB describe-configuration-settings --application-name shop --environment-name shop-green
            $EB describe-configuration-options --application-name shop --environment-name shop-green
            $EB validate-configuration-settings --application-name shop --environment-name shop-green --option-settings \
                Namespace=aws:elasticbeanstalk:command,OptionName=DeploymentPolicy,Value=Immutable
            $EB list-available-solution-stacks; $EB list-platform-versions; $EB list-platform-branches
            $EB describe-platform-version --query PlatformDescription.PlatformName --platform-arn \
                "$($EB list-platform-versions --output text --query 'PlatformSummaryList[0].PlatformArn')"
            $EB describe-events --environment-name shop-green
            $EB list-tags-for-resource --resource-arn arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/shop/shop-blue
            aws autoscaling describe-auto-scaling-groups
            $EB describe-environments --no-sign-request 2>&1 | grep -o '(.*)' || true
            """
        )
        #expect(outcome.text.hasSuffix("(MissingAuthenticationToken)"), "\(outcome)")
    }

    @Test(
        "given a bundle, when a version is made, deployed, aborted, swapped and taken down, then the CLI follows it all"
    )
    func releasing() async throws {
        let outcome = try await run(
            """
            echo x > bundle.zip; aws s3 cp --no-progress bundle.zip s3://shop-releases/v2.zip > /dev/null
            $EB create-application-version --application-name shop --version-label v2 --process \
                --source-bundle S3Bucket=shop-releases,S3Key=v2.zip --query ApplicationVersion.Status
            state() { $EB describe-environments --environment-names $1 --output text \
                --query 'Environments[0].[Status,VersionLabel,CNAME]'; }
            until_ready() { for i in $(seq 150); do [ "$(state $1 | cut -f1)" = Ready ] && break; sleep 0.3; done; state $1; }
            for i in $(seq 50); do $EB describe-application-versions --application-name shop --version-labels v2 \
                --query 'ApplicationVersions[0].Status' | grep -q PROCESSED && break; sleep 0.2; done
            $EB update-environment --environment-name shop-green --version-label v2 --query Status
            $EB abort-environment-update --environment-name shop-green; until_ready shop-green
            $EB update-environment --environment-name shop-green --version-label v2 --query Status; until_ready shop-green
            $EB swap-environment-cnames --source-environment-name shop-blue --destination-environment-name shop-green
            for i in $(seq 50); do state shop-green | grep -q 'shop.us' && break; sleep 0.2; done; until_ready shop-green
            ID=$($EB describe-environments --environment-names shop-green --query 'Environments[0].EnvironmentId' --output text)
            $EB create-configuration-template --application-name shop --template-name like-green --environment-id $ID \
                --query TemplateName
            $EB create-environment --application-name shop --environment-name shop-new --template-name like-green \
                --version-label v2 --query Status; until_ready shop-new
            $EB terminate-environment --environment-name shop-new --query Status
            """
        )
        let lines = outcome.text.split(separator: "\n").map { $0.replacing("\t", with: " ") }
        #expect(
            lines == [
                "\"PROCESSING\"", "\"Updating\"", "Ready v1 shop-green.us-east-1.elasticbeanstalk.com", "\"Updating\"",
                "Ready v2 shop-green.us-east-1.elasticbeanstalk.com", "Ready v2 shop.us-east-1.elasticbeanstalk.com",
                "\"like-green\"", "\"Launching\"",
                "Ready v2 \(lines.dropLast().last?.split(separator: " ").last ?? "")",
                "\"Terminating\"",
            ],
            "\(outcome)"
        )
    }
}

/// boto3, whose waiters and paginators look at more than the CLI does.
@Suite(
    .enabled(
        if: Shell.hasPython("boto3"),
        "skipped: there is no boto3; `.ci/deps clients` installs it where there is a network"
    )
)
struct BotoTests {
    @Test("given a release with boto3, when it is made, then waiters end, pages follow, and what is unknown is refused")
    func release() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell("AWS_MAX_ATTEMPTS=1 python3 \(Scripts.path("releases.py"))", secondsMax: 300)
        #expect(outcome.isSuccess, "\(outcome)")
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(6) == [
                "upload True True", "versions ['b1', 'v1']", "deployed b1", "events True True", "tags ['test']",
                "records PENDING INSYNC [90, 10]",
            ],
            "\(outcome)"
        )
        #expect(
            lines.dropFirst(6) == [
                "elasticbeanstalk InvalidAction", "elasticbeanstalk MissingRequiredParameter", "s3 NotImplemented",
                "s3 404", "elbv2 InvalidAction", "elb InvalidAction", "sts InvalidAction", "autoscaling InvalidAction",
                "route53 InvalidAction", "iam UnknownService", "dynamodb UnknownService", "lambda UnknownService",
            ],
            "\(outcome)"
        )
    }
}

/// The eb CLI, which decides by the words of events alone.
@Suite(.enabled(if: Shell.has("eb"), "skipped: there is no eb; `.ci/deps clients` installs it"))
struct EBClientTests {
    @Test("given a folder of an application, when eb does with it all that it can, then it follows what happens")
    func eb() async throws {
        let sandbox = try await RunningSandbox()
        let outcome = await sandbox.shell(
            """
            set -e; mkdir .elasticbeanstalk; echo 'print(1)' > application.py
            cat > .elasticbeanstalk/config.yml <<'YAML'
            branch-defaults: { default: { environment: shop-green } }
            global: { application_name: shop, default_region: us-east-1, sc: null, workspace_type: Application }
            YAML
            eb status; eb deploy --label eb1; eb events | tail -3; eb swap shop-green -n shop-blue
            eb clone shop-green --clone_name shop-clone --cname shop-clone --exact
            eb health shop-blue | grep -A 1 'total' | tail -1 | tr -s ' '
            eb deploy --label eb2 --nohang > nohang; eb abort; eb list
            """,
            secondsMax: 240
        )
        #expect(outcome.isSuccess, "\(outcome)")
        for line in [
            "Deployed Version: v1", "Environment update completed successfully.",
            "Completed swapping CNAMEs for environments 'shop-green' and 'shop-blue'.",
            "Successfully launched environment: shop-clone", " 4 4 0 0 0 0 0 0",
            "Aborting update to environment \"shop-green\"",
        ] {
            #expect(outcome.output.contains(line), "\(outcome)")
        }
    }
}
