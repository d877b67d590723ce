using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Two of our hosts that both start their tunnel by themselves come to one, and lose nothing on the way.</summary>
public sealed class SimultaneousStartTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    [Fact]
    public void Start_OfBothByThemselves_ComesToOneTunnelWithoutLoss()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyOfA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, "AutoActivate Yes");
        using var policyOfB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA, "AutoActivate Yes");

        // The first packet held may leave before the other end has the SA; the flow begins when both have it.
        // What A asks first nobody hears; B begins, and then A repeats: each has begun one.
        using var a = new LivePlane(spaces.A, policyOfA.Path, $"{InsideA}/32", $"{InsideB}/32");
        using var b = new LivePlane(spaces.B, policyOfB.Path, $"{InsideB}/32", $"{InsideA}/32");
        TunnelTraffic.PingUntilAnswered(spaces.A, InsideA, InsideB);
        using var flow = new EchoFlow(spaces, InsideA, InsideB);
        foreach (var host in new[] { a, b })
        {
            host.Await("IDP0014I", 2);
            host.Await("IDP0016I");
        }

        flow.AwaitMore();
        flow.Finish();
        a.AwaitChildren(1);
        b.AwaitChildren(1);
        Assert.Equal((1, 1), (a.Count("IDP0016I"), b.Count("IDP0016I")));
        Assert.Equal(0, a.Count("IDP0112W") + b.Count("IDP0112W"));
    }
}
