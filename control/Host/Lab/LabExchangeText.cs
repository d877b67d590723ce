using System.Security.Cryptography;
using IpsecDp.Host.Lab.Namespaces;
using IpsecDp.Ipsec.Sad;

namespace IpsecDp.Host.Lab;

/// <summary>The policies of two hosts that agree on their keys by IKEv2 with a fresh random shared key; built as octets, because a string with a key could not be zeroed.</summary>
internal static class LabExchangeText
{
    private const int MostOctets = 8192;
    private const int SecretOctets = 32;
    private const int ReplayWindow = 8192;

    // A lab in memory wakes nobody, so nothing in it may become due.
    private const int LifetimeMinutes = 500_000;

    /// <summary>One host: its security endpoint and the addresses behind it.</summary>
    public sealed record Host(string Endpoint, IReadOnlyList<string> Inner);

    /// <summary>The host of a site.</summary>
    public static Host Of(LabSite site) => new($"{site.Endpoint}", [.. site.Applications.Select(address => $"{address}")]);

    /// <summary>Both files' text, of which A's starts the tunnel; the caller zeroes them.</summary>
    public static (byte[] A, byte[] B) Write(LabOptions options, Host a, Host b)
    {
        var secret = RandomNumberGenerator.GetBytes(SecretOctets);
        var texts = (Write(options, a, b, secret, isStarter: true), Write(options, b, a, secret, isStarter: false));
        CryptographicOperations.ZeroMemory(secret);
        return texts;
    }

    private static byte[] Write(LabOptions options, Host own, Host peer, ReadOnlySpan<byte> secret, bool isStarter)
    {
        // Never grown, so that no copy with the key stays behind.
        var text = new MemoryStream(MostOctets);
        LabPolicyText.Lines(text, "IpFilterPolicy", "{");
        foreach (var (local, remote) in own.Inner.Zip(peer.Inner))
        {
            LabPolicyText.Lines(
                text, "IpFilterRule", "{", $"IpSourceAddr {local}", $"IpDestAddr {remote}", "IpGenericFilterActionRef Protect", "IpDynVpnActionRef lab", "IpLocalStartActionRef Ends", "}");
        }

        LabPolicyText.Lines(
            text, "}", "IpGenericFilterAction Protect", "{", "IpFilterAction IpSec", "}",
            "IpLocalStartAction Ends", "{", $"LocalSecurityEndpointAddr {own.Endpoint}", $"RemoteSecurityEndpointAddr {peer.Endpoint}", "}");
        WriteTunnel(text, options);
        LabPolicyText.Lines(
            text, "KeyExchangePolicy", "{", "LivenessInterval 0", "KeyExchangeRule peer", "{",
            "LocalSecurityEndpoint", "{", $"Location {own.Endpoint}", "}",
            "RemoteSecurityEndpoint", "{", $"Location {peer.Endpoint}", "}");
        text.Write("SharedKey Hex "u8);
        HexText.Write(text, secret);
        text.WriteByte((byte)'\n');
        LabPolicyText.Lines(text, "}", "}");
        if (isStarter)
        {
            LabPolicyText.Lines(
                text, "LocalDynVpnPolicy", "{", "LocalDynVpnRule AtStart", "{", $"LocalIp {own.Inner[0]}", $"RemoteIp {peer.Inner[0]}", "AutoActivate Yes", "}", "}");
        }

        var octets = text.ToArray();
        text.GetBuffer().AsSpan().Clear();
        return octets;
    }

    private static void WriteTunnel(MemoryStream text, LabOptions options)
    {
        LabPolicyText.Lines(
            text, "IpDynVpnAction lab", "{", $"ReplayWindow {ReplayWindow}", $"AllowLegacy {LabPolicyText.YesNo(options.Suite.IsLegacy)}",
            $"HowToEncapIKEv2 {(options.Mode == SaMode.Transport ? "Transport" : "Tunnel")}", "IpDataOffer", "{", $"HowToEncrypt {LabPolicyText.Encryption(options.Suite)}");
        if (!options.Suite.IsCombined)
        {
            LabPolicyText.Lines(text, $"HowToAuth ESP {LabPolicyText.Integrity(options.Suite.Integrity)}");
        }

        LabPolicyText.Lines(text, $"RefreshLifetimeProposed {LifetimeMinutes}", "}", "}");
    }
}
