using IpsecDp.Ike;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>How SAs with strongSwan end and come again: deletes, a peer that dies, and new authentications.</summary>
public sealed class StrongSwanLifeTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    [Fact]
    public void Deletes_OfEitherEnd_EndWhatTheyName()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = Spaces();
        using var policy = Policy();
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection().ToString());
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        var ends = new (bool OfIke, Action End)[]
        {
            (false, () => host.Order(new IkeCommand.DeleteChild(host.InboundSpi))),
            (false, () => peer.Control("--terminate", "--child", "inside", "--timeout", "90")),
            (true, () => host.Order(new IkeCommand.Close(host.LatestIkeSa))),
            (true, () => peer.Control("--terminate", "--ike", "peers", "--timeout", "90")),
        };
        foreach (var (ofIke, end) in ends)
        {
            // Each time the next packet asks for what is gone.
            TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
            host.AwaitChildren(1);
            var closed = host.Count("IDP0016I");
            end();
            host.AwaitChildren(0);
            host.Await("IDP0016I", closed + (ofIke ? 1 : 0));
            peer.AwaitStanding(ikeSas: ofIke ? 0 : 1, children: 0);
        }
    }

    [Fact]
    public void Peer_ThatIsKilled_IsNoticedAndMetAgain()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = Spaces();
        using var policy = Policy("LivenessInterval 1\nIkeInitWait 1\nIkeRetries 3");
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection().ToString());
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);

        peer.Kill();
        host.Await("IDP0112W connection peers: no answer to INFORMATIONAL");
        host.Await("IDP0016I");
        host.AwaitChildren(0);

        peer.Restart();
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        Assert.True(host.Count("IDP0014I") >= 2, host.Log);
        host.AwaitChildren(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NewAuthentications_MadeBeforeTheOldAreBroken_KeepTheFlow(bool weBegin)
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = Spaces();
        using var policy = Policy("LivenessInterval 0");
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection { Further = weBegin ? "" : "reauth_time = 3s\nover_time = 600s\nrand_time = 0s" }.ToString(), settings: "make_before_break = yes");
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        if (weBegin)
        {
            host.Reload(model => model with
            {
                Connections = [.. model.Connections.Select(connection => connection with { Reauthenticates = true, Lifetime = new(TimeSpan.FromSeconds(3), Jitter: 0, TimeSpan.FromMinutes(10)) })],
            });
        }
        else
        {
            peer.Control("--initiate", "--child", "inside", "--timeout", "90");
        }

        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        using var flow = new EchoFlow(spaces, InsideA, InsideB, mayLose: weBegin);
        for (var round = 1; round <= 2; round++)
        {
            host.Await($"as {(weBegin ? "initiator" : "responder")}", round + 1);
            host.Await("IDP0016I", round);
            flow.AwaitMore();
        }

        // When we delete the former session, strongSwan takes a policy down that the new one shares, and drops what it answers meanwhile (4 of 3955 were seen).
        flow.Finish(() => weBegin ? host.Count("IDP0014I") * EchoFlow.MostUnderWay : 0);
        Assert.Equal(0, host.Count("IDP0112W") + host.Count("IDP0113W"));
    }

    // The peer ends the IKE SA before it makes another, so that its own packets have none for a while; ours wait.
    [Fact]
    public void NewAuthentications_MadeAfterTheOldAreBroken_ComeToOneTunnelAgain()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = Spaces();
        using var policy = Policy("LivenessInterval 0");
        using var peer = new StrongSwanPeer(spaces.B, new SwanConnection { Further = "reauth_time = 8s\nover_time = 600s\nrand_time = 0s" }.ToString(), settings: "make_before_break = no");
        using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
        peer.Control("--initiate", "--child", "inside", "--timeout", "90");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        host.Await("IDP0016I", 1);
        TunnelTraffic.PingUntilAnswered(spaces.A, InsideA, InsideB);
        host.Await("IDP0014I", 2);
        Assert.Equal(0, host.Count("IDP0112W"));
    }

    private static NetworkNamespaces Spaces()
    {
        var spaces = new NetworkNamespaces();
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        return spaces;
    }

    private static KeyExchangePolicyText Policy(string times = "") =>
        new("10.77.0.1", "10.77.0.2", InsideA, InsideB, details: new() { Policy = times, Pfs = "InitiateWithPfs None\n   AcceptablePfs None" });
}
