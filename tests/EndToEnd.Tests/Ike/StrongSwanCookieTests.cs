using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Cookies (RFC 7296 §2.6) between us and strongSwan, asked for by either because others have begun and never go on.</summary>
public sealed class StrongSwanCookieTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";
    private const string Cookie = "isakmp.notify.msgtype == 16390";

    private const string Stranger = "10.77.0.3";
    private const int CookiesFrom = 4;

    // What is repeated finds the one before half open, which is a flood by strongSwan's threshold.
    private const string Patient = "IkeInitWait 60";

    private static string? Hindrance => StrongSwanPeer.Hindrance ?? WireFile.Hindrance;

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Tunnel_WithAndWithoutCookies_Stands(bool weBegin, bool isFlooded)
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, details: new() { Policy = Patient, PeerLocation = "10.77.0.0/24", PeerEndpoint = "Identity IpAddr 10.77.0.2" });
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection().ToString(), settings: "cookie_threshold = 1\n  cookie_threshold_ip = 1\n  half_open_timeout = 120");
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        if (isFlooded && weBegin)
        {
            HalfOpenFlood.Begin(spaces.A, "10.77.0.1", "10.77.0.2", policy.Path, count: 1);
        }
        else if (isFlooded)
        {
            FloodUs(spaces, host);
        }

        using var wire = new WireFile(spaces.A);
        if (!weBegin)
        {
            peer.Control("--initiate", "--child", "inside", "--timeout", "90");
        }

        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        wire.Finish();
        var asked = wire.Count($"{Cookie} && ip.src == {(weBegin ? "10.77.0.2" : "10.77.0.1")}");
        var given = wire.Count($"{Cookie} && ip.src == {(weBegin ? "10.77.0.1" : "10.77.0.2")}");
        Assert.True(isFlooded ? asked > 0 && given > 0 : asked + given == 0, $"{asked} asked, {given} given: {host.Log}");
        Assert.Equal(1, host.Count($"as {(weBegin ? "initiator" : "responder")}"));
    }

    // So few that a machine with much to do has them all waiting at once.
    private static void FloodUs(NetworkNamespaces spaces, LivePlane host)
    {
        host.Reload(model => model with { Limits = model.Limits with { CookiesFrom = CookiesFrom, HalfOpenTime = TimeSpan.FromMinutes(10) } });
        spaces.B.Ip("addr", "add", $"{Stranger}/32", "dev", NetworkNamespaces.Link);
        using var policy = new KeyExchangePolicyText(Stranger, "10.77.0.1", InsideB, InsideA);
        HalfOpenFlood.Begin(spaces.B, Stranger, "10.77.0.1", policy.Path, CookiesFrom);
    }
}
