using EndToEnd.Tests.Namespaces;
using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>SIGHUP while a datagram every few milliseconds goes through a negotiated tunnel and back: not one is lost, whatever the policy changes that both hosts change.</summary>
public sealed class NegotiatedReloadTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    [Fact]
    public void Policy_ReadAgain_TouchesOnlyWhatItChangesAndLosesNothing()
    {
        Assert.SkipUnless(NetworkNamespaces.Hindrance is null, NetworkNamespaces.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policyA = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using var policyB = new KeyExchangePolicyText("10.77.0.2", "10.77.0.1", InsideB, InsideA);
        using var b = new NegotiatedHost(spaces.B, policyB, InsideB, InsideA, "udp");
        using var a = new NegotiatedHost(spaces.A, policyA, InsideA, InsideB, "udp");
        // The first packet waits for the tunnel, which holds a few of them only.
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
        using var flow = new EchoFlow(spaces, InsideA, InsideB);
        flow.AwaitMore();
        a.Await("IDP0017I");
        b.Await("IDP0017I");

        // The same again, and a file that is wrong: nothing is sent, nothing changes.
        File.AppendAllText(policyA.Path, "\n# another line\n");
        a.Signal("HUP");
        a.Await("IDP0040I of 1 connections of IKE 1 go on as they are");
        var right = File.ReadAllText(policyA.Path);
        File.WriteAllText(policyA.Path, right + "IpFilterPolicy\n{\n");
        a.Signal("HUP");
        a.Await("IDP0108W");
        File.WriteAllText(policyA.Path, right);
        flow.AwaitMore();
        Assert.Equal((1, 1, 0, 0), (a.Count("IDP0017I"), b.Count("IDP0017I"), a.Count("IDP0018I"), b.Count("IDP0018I")));

        // Another suite at both ends: made before the old one goes.
        foreach (var (host, policy) in new[] { (b, policyB), (a, policyA) })
        {
            File.WriteAllText(policy.Path, File.ReadAllText(policy.Path).Replace("HowToEncap Tunnel\n      HowToEncrypt AES_GCM_16 KeyLength 128", "HowToEncap Tunnel\n      HowToEncrypt AES_GCM_16 KeyLength 256", StringComparison.Ordinal));
            host.Signal("HUP");
            host.Await("IDP0040I of 1 connections of IKE 0 go on as they are, 1 are changed");
        }

        a.Await("IDP0017I tunnel inside: ESP aes-256-gcm-16");
        b.Await("IDP0017I tunnel inside: ESP aes-256-gcm-16");
        a.Await("IDP0018I");
        b.Await("IDP0018I");
        flow.AwaitMore();
        flow.Finish();

        // A policy without the tunnel: the peer is told.
        File.WriteAllText(policyA.Path, "IpFilterPolicy\n{\n   IpFilterRule Nothing\n   {\n      IpSourceAddr 10.9.0.1\n      IpDestAddr 10.9.0.2\n      IpGenericFilterAction\n      {\n         IpFilterAction Deny\n      }\n   }\n}\n");
        a.Signal("HUP");
        b.Await("IDP0016I");
        a.Await("IDP0016I connection peers");
    }
}
