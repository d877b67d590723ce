using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>IKEv2 and the ESP that came of it against strongSwan and its ESP in user space, in both roles.</summary>
public sealed class StrongSwanTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";

    [Theory]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 128", "aes128gcm16", "HowToEncrypt AES_GCM_16 KeyLength 128\nDHGroup Group31", "aes128gcm16-prfsha256-curve25519")]
    [InlineData("HowToEncrypt AES_GCM_16 KeyLength 256", "aes256gcm16", "HowToEncrypt AES_GCM_16 KeyLength 128\nDHGroup Group31", "aes128gcm16-prfsha256-curve25519")]
    [InlineData("HowToEncrypt AES_CBC KeyLength 256\nHowToAuth ESP HMAC_SHA2_256_128", "aes256-sha256", "HowToEncrypt AES_CBC KeyLength 256\nHowToVerifyMsgs HMAC_SHA2_256_128\nDHGroup Group19", "aes256-sha256-ecp256")]
    [InlineData("HowToEncrypt AES_CBC KeyLength 128\nHowToAuth ESP HMAC_SHA2_512_256", "aes128-sha512", "HowToEncrypt AES_CBC KeyLength 128\nHowToVerifyMsgs HMAC_SHA2_512_256\nPseudoRandomFunction HMAC_SHA2_512\nDHGroup Group14", "aes128-sha512-modp2048")]
    public void Initiator_SharedKey_CarriesPingAndTcp(string offer, string espProposal, string exchange, string ikeProposal)
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var peer = Peer(spaces, espProposal, ikeProposal);
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, offer: offer, exchange: exchange);
        using var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp");

        TunnelTraffic.Ping(spaces.A, InsideA, InsideB, count: 3);
        TunnelTraffic.Transfer(spaces, InsideA, InsideB);

        host.Await("IDP0017I");
        Assert.Contains("as initiator", host.Log, StringComparison.Ordinal);
        Assert.Contains("ESTABLISHED", peer.Control("--list-sas"), StringComparison.Ordinal);
    }

    [Fact]
    public void Responder_SharedKey_CarriesPingAndTcp()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp");
        using var peer = Peer(spaces, "aes128gcm16", "aes128gcm16-prfsha256-curve25519");

        peer.Control("--initiate", "--child", "inside", "--timeout", "60");
        TunnelTraffic.Ping(spaces.B, InsideB, InsideA, count: 3);
        TunnelTraffic.Transfer(spaces, InsideA, InsideB);

        host.Await("IDP0017I");
        Assert.Contains("as responder", host.Log, StringComparison.Ordinal);
        peer.Control("--terminate", "--child", "inside", "--timeout", "60");
        host.Await("IDP0018I");
    }

    [Fact]
    public void PeersRekey_OfChildAndIkeSa_LosesNoPing()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var peer = Peer(spaces, "aes128gcm16", "aes128gcm16-prfsha256-curve25519");
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB);
        using var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp");
        TunnelTraffic.Ping(spaces.A, InsideA, InsideB, count: 1);
        for (var round = 1; round <= 3; round++)
        {
            peer.Control("--rekey", "--child", "inside");
            host.Await("IDP0017I", round + 1);
            peer.Control("--rekey", "--ike", "peers");
            host.Await("IDP0015I", round);
            TunnelTraffic.Ping(spaces.A, InsideA, InsideB, count: 5);
        }
    }

    [Fact]
    public void Initiator_WrongSharedKey_IsTold()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var spaces = new NetworkNamespaces();
        using var peer = Peer(spaces, "aes128gcm16", "aes128gcm16-prfsha256-curve25519");
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, "AutoActivate Yes", secret: "not what the other namespace knows");
        using var host = new NegotiatedHost(spaces.A, policy, InsideA, InsideB, "udp");
        host.Await("IDP0113W");
        Assert.Equal(0, host.Count("IDP0014I") + host.Count("IDP0017I"));
    }

    private static StrongSwanPeer Peer(NetworkNamespaces spaces, string espProposal, string ikeProposal)
    {
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        return new StrongSwanPeer(spaces.B, new SwanConnection { Ike = ikeProposal, Esp = espProposal }.ToString());
    }
}
