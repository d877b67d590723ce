using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>MOBIKE (RFC 4555) with strongSwan: port 4500 without a NAT, and an address of ours that goes.</summary>
public sealed class StrongSwanMobikeTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";
    private const string Other = "10.77.0.11";

    [Fact]
    public void Address_OfOursThatGoes_IsLeftForAnother()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        spaces.A.Run(() => File.WriteAllText("/proc/sys/net/ipv4/conf/all/promote_secondaries", "1"));
        spaces.A.Ip("addr", "add", $"{Other}/24", "dev", NetworkNamespaces.Link);
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, details: new() { Policy = "LivenessInterval 2", OwnEndpoint = $"Identity IpAddr 10.77.0.1\n         OtherLocation {Other}" });
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection().ToString());
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        Assert.Contains("10.77.0.1[4500]", peer.Control("--list-sas"), StringComparison.Ordinal);
        peer.Await("N(ADD_4_ADDR)");

        spaces.A.Ip("addr", "del", "10.77.0.1/24", "dev", NetworkNamespaces.Link);
        TunnelTraffic.PingUntilAnswered(spaces.A, InsideA, InsideB);
        Assert.Contains($"{Other}[4500]", peer.Control("--list-sas"), StringComparison.Ordinal);
        Assert.Equal(1, host.Count("IDP0014I"));
        Assert.Equal(0, host.Count("IDP0016I"));
    }
}
