using IpsecDp.Ipsec.Spd;
using IpsecDp.Policy.Config;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Policy.Validation;

/// <summary>Ports belong to protocols with ports, types and codes to ICMP, and nothing is asked that rules cannot look at.</summary>
internal static class IpServiceValidator
{
    /// <summary>Reports what each service gets wrong.</summary>
    public static void Validate(PolicyConfig config, Findings findings)
    {
        foreach (var service in config.EveryService)
        {
            if (!service.HasFaults)
            {
                ValidatePorts(service, findings);
                ValidateIcmp(service, findings);
            }

            ValidateReach(service, findings);
        }
    }

    private static void ValidatePorts(IpService service, Findings findings)
    {
        // TCP, UDP, SCTP, DCCP and UDP-Lite keep ports where rules read them.
        if (service.Protocol is IpProtocol.Tcp or IpProtocol.Udp or 132 or 33 or 136)
        {
            return;
        }

        foreach (var ports in new[] { service.SourcePorts, service.DestinationPorts })
        {
            if (ports is not null)
            {
                findings.Error(ports.Position, ConfigRule.ServiceShape, $"ports need a Protocol that has them, such as tcp or udp; {ProtocolText(service.Protocol)} has none");
            }
        }
    }

    private static void ValidateIcmp(IpService service, Findings findings)
    {
        if (service.Protocol is not (IpProtocol.Icmp or IpProtocol.Icmpv6))
        {
            foreach (var octet in new[] { service.IcmpType, service.IcmpCode })
            {
                if (octet is not null)
                {
                    findings.Error(octet.Position, ConfigRule.ServiceShape, $"Type and Code need Protocol icmp or icmpv6; {ProtocolText(service.Protocol)} has none");
                }
            }

            return;
        }

        if (service is { IcmpCode: { } code, IcmpType: null })
        {
            findings.Error(code.Position, ConfigRule.ServiceShape, "Code needs a Type: a code means something else in every type");
        }
    }

    private static void ValidateReach(IpService service, Findings findings)
    {
        if (service.Routing is { Value: Routing.Routed } routed)
        {
            findings.Error(routed.Position, ConfigRule.Unsupported, "Routing Routed is not supported: this host's own traffic is filtered only");
        }

        if (service.Routing is { Value: Routing.Either } either)
        {
            findings.Warn(either.Position, ConfigRule.Unsupported, "Routing Either works as Local: this host's own traffic is filtered only");
        }

        if (service.SecurityClass is { Value: > 0 } securityClass)
        {
            findings.Error(securityClass.Position, ConfigRule.Unsupported, "SecurityClass is not supported: rules do not look at the interface; 0 means every one");
        }

        if (service.FragmentsOnly is { Value: true } fragments)
        {
            findings.Error(fragments.Position, ConfigRule.Unsupported, "FragmentsOnly is not supported: a fragment fits the rules that ask for no ports");
        }

        if (service.Direction is { Value: RuleDirection.Inbound } inbound)
        {
            findings.Warn(inbound.Position, ConfigRule.ServiceShape, "IpSourceAddr and SourcePortRange are this host's side in an Inbound service too");
        }
    }

    private static string ProtocolText(byte? protocol) => protocol is { } number ? $"protocol {number}" : "Protocol all";
}
