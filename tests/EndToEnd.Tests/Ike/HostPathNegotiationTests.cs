using System.Text.Json;
using EndToEnd.Tests.HostPath;
using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>IKEv2 between hosts that protect all they say to each other, in their own packet path: what asks for keys must not be protected by them.</summary>
[Collection("labs in namespaces")]
public sealed class HostPathNegotiationTests
{
    private const int Port = 7000;

    [Theory]
    [InlineData("udp", false)]
    [InlineData("esp", false)]
    [InlineData("udp", true)]
    [InlineData("esp", true)]
    public void Datagrams_BeforeThereAreKeys_AreHeldAndThenSealed(string encapsulation, bool isV6)
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var pair = new NegotiatedPair(isV6);
        using var b = pair.Start(1, encapsulation);
        using var a = pair.Start(0, encapsulation);
        Assert.Equal(0, a.Count("IDP0017I") + b.Count("IDP0017I"));

        pair.Ping(3);
        using var flow = new MarkedFlow(pair.Spaces, isV6, Port);
        LabTraces.Await(() => flow.Received > 50, "datagrams arrived");
        pair.Tap.Finish();
        Assert.Equal(0, pair.Tap.LastClear(Port));
        Assert.True(encapsulation == "udp" || pair.Tap.Sealed > 50);
        a.Await("IDP0017I tunnel inside: ESP aes-128-gcm-16, transport mode" + (encapsulation == "udp" ? " in UDP" : ","));
        b.Await("IDP0017I");
        Assert.Equal((1, 1), (a.Count("IDP0014I"), b.Count("IDP0014I")));
        using var report = JsonDocument.Parse(a.Stop());
        Assert.False(report.RootElement.GetProperty("drops").TryGetProperty("AcquireExpired", out _));
        // The delete of the one that ended reached the other, past its own rules.
        b.Await("IDP0016I");
    }

    [Fact]
    public void Peer_WhoDoesNotAnswer_IsToldNothingInClear()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var pair = new NegotiatedPair(isV6: false);
        using var a = pair.Start(0, "udp");
        using var flow = new MarkedFlow(pair.Spaces, false, Port);
        LabTraces.Await(() => flow.Sent > 200, "datagrams were sent");
        Assert.Equal(0, flow.Received);
        pair.Tap.Finish();
        Assert.Equal(0, pair.Tap.LastClear(Port));
    }

    [Fact]
    public void Kill_OfEitherHost_IsRepairedByANewNegotiation()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var pair = new NegotiatedPair(isV6: false);
        using var b = pair.Start(1, "udp");
        using (var first = pair.Start(0, "udp"))
        {
            using var before = new MarkedFlow(pair.Spaces, false, Port);
            LabTraces.Await(() => before.Received > 20, "datagrams arrived");
            first.Signal("KILL");
            LabTraces.Await(() => first.HasEnded, "it was dead");
        }

        using var again = pair.Start(0, "udp");
        using var flow = new MarkedFlow(pair.Spaces, false, Port);
        LabTraces.Await(() => flow.Received > 20, $"they arrived again; A said {again.Log}; B said {b.Log}");
        pair.Tap.Finish();
        Assert.Equal(0, pair.Tap.LastClear(Port));
    }
}
