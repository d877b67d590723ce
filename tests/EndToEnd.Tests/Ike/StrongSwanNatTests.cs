using System.Text.RegularExpressions;
using IpsecDp.Daemon;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>A NAT that changes addresses and ports between us and strongSwan, with either of the two behind it.</summary>
public sealed partial class StrongSwanNatTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    private static string? Hindrance => StrongSwanPeer.Hindrance ?? NattedNamespaces.Hindrance;

    [Fact]
    public void We_BehindTheNat_CarryPingAndTcpAndRekey()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NattedNamespaces();
        using var policy = OurPolicy();
        using var peer = InFront(spaces);
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");

        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        TunnelTraffic.Transfer(spaces.Hosts, InsideA, InsideB);
        host.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, tunnel mode in UDP");
        AssertTranslated(peer.Control("--list-sas"));
        foreach (var rekey in new Action[] { host.RekeyChild, () => peer.Control("--rekey", "--child", "inside") })
        {
            var before = host.Count("IDP0017I");
            rekey();
            host.Await("IDP0017I", before + 1);
            TunnelTraffic.Ping(spaces.B, InsideB, InsideA);
        }
    }

    [Fact]
    public void We_BehindTheNat_WithEspInIp_AreRefusedByASentence()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NattedNamespaces();
        using var policy = OurPolicy("AutoActivate Yes");
        using var peer = InFront(spaces);
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32", CipherEncapsulation.Esp);
        host.Await("IDP0115W tunnel inside: SAs were agreed but cannot be installed: a NAT lies between");
        Assert.Equal(0, host.Count("IDP0017I"));
    }

    [Fact]
    public void StrongSwan_BehindTheNat_CarriesPingAndTcpAndRekeys()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NattedNamespaces();
        spaces.A.Ip("addr", "add", $"{InsideA}/32", "dev", "lo");
        using var policy = new KeyExchangePolicyText(
            NattedNamespaces.Outer, NattedNamespaces.Translated, InsideB, InsideA, details: new() { PeerEndpoint = $"Identity IpAddr {NattedNamespaces.Inner}" });
        using var host = new LivePlane(spaces.B, policy.Path, $"{InsideB}/32", $"{InsideA}/32");
        var theirs = new SwanConnection { Local = NattedNamespaces.Inner, Remote = NattedNamespaces.Outer, LocalId = NattedNamespaces.Inner, RemoteId = NattedNamespaces.Outer, Inside = InsideA, PeerInside = InsideB };
        using var peer = new StrongSwanPeer(spaces.A, theirs.ToString());

        peer.Control("--initiate", "--child", "inside", "--timeout", "90");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        TunnelTraffic.Transfer(spaces.Hosts, InsideA, InsideB);
        host.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, tunnel mode in UDP");
        var port = int.Parse(OurPath().Match(host.Log).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(port, NattedNamespaces.LeastPort, NattedNamespaces.HighestPort);
        foreach (var rekey in new Action[] { host.RekeyChild, host.RekeyIke, () => peer.Control("--rekey", "--child", "inside") })
        {
            var before = host.Count("IDP0017I") + host.Count("IDP0015I");
            rekey();
            Assert.True(SpinWait.SpinUntil(() => host.Count("IDP0017I") + host.Count("IDP0015I") > before, TimeSpan.FromSeconds(90)), host.Log);
            TunnelTraffic.Ping(spaces.B, InsideB, InsideA);
        }
    }

    // RFC 4555 §3.8: the end behind the NAT finds out by a probe that it is seen elsewhere, and says so.
    [Fact]
    public void We_BehindTheNatWhoseMappingsChange_GoOn()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NattedNamespaces();
        using var policy = OurPolicy(times: "LivenessInterval 1");
        using var peer = InFront(spaces);
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        AssertTranslated(peer.Control("--list-sas"));

        spaces.ChangeMappings();
        TunnelTraffic.PingUntilAnswered(spaces.A, InsideA, InsideB);
        AssertTranslated(peer.Control("--list-sas"), NattedNamespaces.LeastPortAfterwards, NattedNamespaces.HighestPortAfterwards);
        Assert.Equal(1, host.Count("IDP0014I"));
        Assert.Equal(0, host.Count("IDP0016I"));
    }

    [Fact]
    public void StrongSwan_BehindTheNatWhoseMappingsChange_IsFollowed()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NattedNamespaces();
        spaces.A.Ip("addr", "add", $"{InsideA}/32", "dev", "lo");
        using var policy = new KeyExchangePolicyText(
            NattedNamespaces.Outer, NattedNamespaces.Translated, InsideB, InsideA, details: new() { PeerEndpoint = $"Identity IpAddr {NattedNamespaces.Inner}" });
        using var host = new LivePlane(spaces.B, policy.Path, $"{InsideB}/32", $"{InsideA}/32");
        var theirs = new SwanConnection
        {
            Local = NattedNamespaces.Inner,
            Remote = NattedNamespaces.Outer,
            LocalId = NattedNamespaces.Inner,
            RemoteId = NattedNamespaces.Outer,
            Inside = InsideA,
            PeerInside = InsideB,
            Further = "dpd_delay = 1s",
        };
        using var peer = new StrongSwanPeer(spaces.A, theirs.ToString());
        peer.Control("--initiate", "--child", "inside", "--timeout", "90");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);

        spaces.ChangeMappings();
        host.Await("IDP0019I connection peers");
        TunnelTraffic.PingUntilAnswered(spaces.A, InsideA, InsideB);
        Assert.Equal(1, host.Count("IDP0014I"));
        Assert.Equal(0, host.Count("IDP0016I"));
    }

    private static KeyExchangePolicyText OurPolicy(string start = "AutoActivate No", string times = "") => new(NattedNamespaces.Inner, NattedNamespaces.Outer, InsideA, InsideB, start, details: new() { Policy = times });

    private static StrongSwanPeer InFront(NattedNamespaces spaces)
    {
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        return new StrongSwanPeer(spaces.B, new SwanConnection { Local = NattedNamespaces.Outer, Remote = NattedNamespaces.Translated, LocalId = NattedNamespaces.Outer, RemoteId = NattedNamespaces.Inner }.ToString());
    }

    private static void AssertTranslated(string list, int least = NattedNamespaces.LeastPort, int highest = NattedNamespaces.HighestPort)
    {
        var found = TheirPath().Match(list);
        Assert.True(found.Success, list);
        Assert.InRange(int.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), least, highest);
    }

    [GeneratedRegex(@"10\.78\.0\.254\[(\d+)\]")]
    private static partial Regex TheirPath();

    [GeneratedRegex(@"IDP0017I .*10\.78\.0\.254\D+(\d+)")]
    private static partial Regex OurPath();
}
