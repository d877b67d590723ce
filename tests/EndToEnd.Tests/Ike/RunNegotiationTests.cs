using System.Text.Json;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

public sealed class RunNegotiationTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    [Theory]
    [InlineData("udp")]
    [InlineData("esp")]
    public void Ping_WantsATunnel_IsHeldUntilBothHostsAgree(string encapsulation)
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using var policyB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA);
        using var b = new NegotiatedHost(spaces.B, policyB, InsideB, InsideA, encapsulation);
        using var a = new NegotiatedHost(spaces.A, policyA, InsideA, InsideB, encapsulation);
        Assert.Equal(0, a.Count("IDP0017I") + b.Count("IDP0017I"));

        TunnelTraffic.Ping(spaces.A, InsideA, InsideB, count: 3);

        foreach (var host in new[] { a, b })
        {
            host.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, tunnel mode" + (encapsulation == "udp" ? " in UDP" : ", 64-bit"));
            Assert.Equal(1, host.Count("IDP0014I"));
            Assert.DoesNotContain(KeyExchangePolicyText.Secret, host.Log, StringComparison.Ordinal);
        }

        using var report = JsonDocument.Parse(a.Stop());
        var negotiation = Assert.Single(report.RootElement.GetProperty("negotiations").EnumerateArray());
        Assert.Equal(("peers", 1, 1), (negotiation.GetProperty("connection").GetString(), negotiation.GetProperty("ikeSas").GetInt32(), negotiation.GetProperty("children").GetInt32()));
        Assert.Contains("curve25519", negotiation.GetProperty("agreed").GetString(), StringComparison.Ordinal);

        // The delete of the one that ended reached the other.
        b.Await("IDP0016I");
    }

    [Fact]
    public void Start_Automatic_NeedsNoPacket()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, "AutoActivate Yes");
        using var policyB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA);
        using var b = new NegotiatedHost(spaces.B, policyB, InsideB, InsideA, "udp");
        using var a = new NegotiatedHost(spaces.A, policyA, InsideA, InsideB, "udp");
        a.Await("IDP0017I");
        b.Await("IDP0017I");
    }

    [Fact]
    public void Secrets_ThatDiffer_MakeNoTunnel()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, "AutoActivate Yes");
        using var policyB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA, secret: "another secret of the same length");
        using var b = new NegotiatedHost(spaces.B, policyB, InsideB, InsideA, "udp");
        using var a = new NegotiatedHost(spaces.A, policyA, InsideA, InsideB, "udp");
        a.Await("IDP0113W");
        b.Await("IDP0113W");
        Assert.Equal(0, a.Count("IDP0017I") + b.Count("IDP0017I") + a.Count("IDP0014I") + b.Count("IDP0014I"));
    }
}
