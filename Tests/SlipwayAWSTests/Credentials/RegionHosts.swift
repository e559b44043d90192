extension RegionTests {
    /// Service, region, variant (f for FIPS, d for dual-stack), host, and the region of the signature where it differs;
    /// computed with the endpoint rule sets of botocore 1.43.11.
    static let computed = """
        elasticBeanstalk eu-west-1 - elasticbeanstalk.eu-west-1.amazonaws.com
        elasticBeanstalk eu-west-1 d elasticbeanstalk.eu-west-1.api.aws
        elasticBeanstalk eu-west-1 f elasticbeanstalk-fips.eu-west-1.amazonaws.com
        elasticBeanstalk eu-west-1 fd elasticbeanstalk-fips.eu-west-1.api.aws
        elasticBeanstalk us-east-1 - elasticbeanstalk.us-east-1.amazonaws.com
        elasticBeanstalk mx-central-1 - elasticbeanstalk.mx-central-1.amazonaws.com
        elasticBeanstalk zz-new-9 - elasticbeanstalk.zz-new-9.amazonaws.com
        elasticBeanstalk cn-north-1 - elasticbeanstalk.cn-north-1.amazonaws.com.cn
        elasticBeanstalk cn-north-1 d elasticbeanstalk.cn-north-1.api.amazonwebservices.com.cn
        elasticBeanstalk us-gov-west-1 - elasticbeanstalk.us-gov-west-1.amazonaws.com
        elasticBeanstalk us-gov-west-1 d elasticbeanstalk.us-gov-west-1.api.aws
        elasticBeanstalk us-gov-west-1 f elasticbeanstalk.us-gov-west-1.amazonaws.com
        elasticBeanstalk us-gov-west-1 fd elasticbeanstalk-fips.us-gov-west-1.api.aws
        elasticBeanstalk us-iso-west-1 - elasticbeanstalk.us-iso-west-1.c2s.ic.gov
        elasticBeanstalk us-isob-east-1 - elasticbeanstalk.us-isob-east-1.sc2s.sgov.gov
        elasticBeanstalk eu-isoe-west-1 - elasticbeanstalk.eu-isoe-west-1.cloud.adc-e.uk
        elasticBeanstalk us-isof-east-1 - elasticbeanstalk.us-isof-east-1.csp.hci.ic.gov
        elasticBeanstalk eusc-de-east-1 - elasticbeanstalk.eusc-de-east-1.amazonaws.eu
        elasticBeanstalk eusc-de-east-1 d elasticbeanstalk.eusc-de-east-1.api.amazonwebservices.eu
        s3 eu-west-1 - s3.eu-west-1.amazonaws.com
        s3 eu-west-1 d s3.dualstack.eu-west-1.amazonaws.com
        s3 eu-west-1 f s3-fips.eu-west-1.amazonaws.com
        s3 eu-west-1 fd s3-fips.dualstack.eu-west-1.amazonaws.com
        s3 us-east-1 - s3.us-east-1.amazonaws.com
        s3 mx-central-1 - s3.mx-central-1.amazonaws.com
        s3 zz-new-9 - s3.zz-new-9.amazonaws.com
        s3 cn-north-1 - s3.cn-north-1.amazonaws.com.cn
        s3 cn-north-1 d s3.dualstack.cn-north-1.amazonaws.com.cn
        s3 us-gov-west-1 - s3.us-gov-west-1.amazonaws.com
        s3 us-gov-west-1 d s3.dualstack.us-gov-west-1.amazonaws.com
        s3 us-gov-west-1 f s3-fips.us-gov-west-1.amazonaws.com
        s3 us-gov-west-1 fd s3-fips.dualstack.us-gov-west-1.amazonaws.com
        s3 us-iso-west-1 - s3.us-iso-west-1.c2s.ic.gov
        s3 us-isob-east-1 - s3.us-isob-east-1.sc2s.sgov.gov
        s3 eu-isoe-west-1 - s3.eu-isoe-west-1.cloud.adc-e.uk
        s3 us-isof-east-1 - s3.us-isof-east-1.csp.hci.ic.gov
        s3 eusc-de-east-1 - s3.eusc-de-east-1.amazonaws.eu
        s3 eusc-de-east-1 d s3.dualstack.eusc-de-east-1.amazonaws.eu
        sts eu-west-1 - sts.eu-west-1.amazonaws.com
        sts eu-west-1 fd sts-fips.eu-west-1.api.aws
        sts us-gov-west-1 f sts.us-gov-west-1.amazonaws.com
        elasticLoadBalancing eu-west-1 - elasticloadbalancing.eu-west-1.amazonaws.com
        elasticLoadBalancing eu-west-1 fd elasticloadbalancing-fips.eu-west-1.api.aws
        elasticLoadBalancing us-gov-west-1 f elasticloadbalancing.us-gov-west-1.amazonaws.com
        autoScaling eu-west-1 - autoscaling.eu-west-1.amazonaws.com
        autoScaling eu-west-1 fd autoscaling-fips.eu-west-1.api.aws
        autoScaling us-gov-west-1 f autoscaling.us-gov-west-1.amazonaws.com
        route53 eu-west-1 - route53.amazonaws.com us-east-1
        route53 eu-west-1 d route53.global.api.aws us-east-1
        route53 eu-west-1 f route53-fips.amazonaws.com us-east-1
        route53 eu-west-1 fd route53-fips.global.api.aws us-east-1
        route53 zz-new-9 - route53.amazonaws.com us-east-1
        route53 zz-new-9 d route53.global.api.aws us-east-1
        route53 cn-north-1 - route53.amazonaws.com.cn cn-northwest-1
        route53 cn-north-1 d route53.global.api.amazonwebservices.com.cn cn-northwest-1
        route53 us-gov-west-1 - route53.us-gov.amazonaws.com
        route53 us-gov-west-1 d route53.us-gov.api.aws
        route53 us-gov-west-1 f route53.us-gov.amazonaws.com
        route53 us-gov-west-1 fd route53.us-gov.api.aws
        route53 us-iso-west-1 - route53.c2s.ic.gov us-iso-east-1
        route53 us-iso-west-1 d route53.api.aws.ic.gov us-iso-east-1
        route53 eusc-de-east-1 - route53.amazonaws.eu
        route53 eusc-de-east-1 d route53.global.api.amazonwebservices.eu
        sso eu-west-1 - portal.sso.eu-west-1.amazonaws.com
        sso eu-west-1 fd portal.sso-fips.eu-west-1.api.aws
        sso us-gov-west-1 f portal.sso.us-gov-west-1.amazonaws.com
        ssoOIDC eu-west-1 - oidc.eu-west-1.amazonaws.com
        ssoOIDC eu-west-1 fd oidc-fips.eu-west-1.api.aws
        ssoOIDC us-gov-west-1 f oidc.us-gov-west-1.amazonaws.com
        """
}
