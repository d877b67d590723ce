using System.Globalization;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.HostPath;

/// <summary>The policy file of one of two hosts that protect UDP ports of theirs in transport mode; it goes with the test.</summary>
internal sealed class HostPathPolicy : IDisposable
{
    private const string KeyFromA = "4c80cdefbb5d10da906ac73c3613a634a2f1c0d5";
    private const string KeyFromB = "feffe9928665731c6d6a8f9467308308cafebabe";

    private readonly bool _isA;
    private readonly bool _isV6;

    public HostPathPolicy(bool isA, bool isV6, params int[] ports)
    {
        (_isA, _isV6) = (isA, isV6);
        Write(ports);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{System.IO.Path.GetRandomFileName()}.policy");

    /// <summary>Makes it protect other ports.</summary>
    public void Write(params int[] ports) => File.WriteAllText(Path, Text(ports));

    /// <summary>Makes it a file with two faults.</summary>
    public void Spoil() => File.WriteAllText(Path, Text([7000]).Replace("HowToEncap", "HowToWrap", StringComparison.Ordinal).Replace("IpSec\n", "IpSecc\n", StringComparison.Ordinal));

    public void Dispose() => File.Delete(Path);

    private string Text(int[] ports)
    {
        var (a, b) = _isV6 ? (NetworkNamespaces.AddressV6OfA, NetworkNamespaces.AddressV6OfB) : (NetworkNamespaces.AddressOfA, NetworkNamespaces.AddressOfB);
        var (own, peer) = _isA ? (a, b) : (b, a);
        var (outbound, inbound) = _isA ? (("0x1001", KeyFromA), ("0x1002", KeyFromB)) : (("0x1002", KeyFromB), ("0x1001", KeyFromA));
        var rules = string.Concat(ports.Select(port => string.Create(CultureInfo.InvariantCulture, $$"""
            IpFilterRule Port{{port}}
            {
            IpSourceAddr {{own}}
            IpDestAddr {{peer}}
            IpService
            {
            Protocol udp
            SourcePortRange {{port}}
            DestinationPortRange {{port}}
            }
            IpGenericFilterActionRef Protect
            IpManVpnActionRef Peer
            }

            """)));
        return $$"""
            IpFilterPolicy
            {
            {{string.Join('\n', ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"IpFilterRuleRef Port{port}")))}}
            }
            {{rules}}
            IpGenericFilterAction Protect
            {
            IpFilterAction IpSec
            }
            IpManVpnAction Peer
            {
            LocalSecurityEndpointAddr {{own}}
            RemoteSecurityEndpointAddr {{peer}}
            HowToEncap Transport
            HowToEncrypt AES_GCM_16 KeyLength 128
            EspOutboundSpi {{outbound.Item1}}
            EspOutboundEncryptKey Hex {{outbound.Item2}}
            EspInboundSpi {{inbound.Item1}}
            EspInboundEncryptKey Hex {{inbound.Item2}}
            }

            """;
    }
}
