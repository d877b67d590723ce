using IpsecDp.TestKit.Namespaces;

namespace EndToEnd.Tests.Ike;

/// <summary>Certificates of more than 4 kB over a link of 1280 octets: IKE cuts its messages itself (RFC 7383), and no IP fragment is seen.</summary>
public sealed class StrongSwanLargeCertificateTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";
    private const int Octets = 4096;
    private const string IpFragment = "isakmp && ip.fragment";
    private const string IkeFragment = "isakmp.typepayload == 53 && ip.src == ";

    private static string? Hindrance => StrongSwanPeer.Hindrance ?? WireFile.Hindrance;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Messages_WithLargeCertificates_AreCutByIke(bool weBegin)
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var wire = Agree(weBegin, fragmentation: "yes");
        // The certificate alone needs four of them.
        Assert.InRange(wire.Count($"{IkeFragment}10.77.0.1"), 4, int.MaxValue);
        Assert.InRange(wire.Count($"{IkeFragment}10.77.0.2"), 4, int.MaxValue);
        Assert.Equal(0, wire.Count(IpFragment));
    }

    [Fact]
    public void Messages_OfAPeerThatDoesNotCut_AreIpFragments()
    {
        Assert.SkipUnless(Hindrance is null, Hindrance ?? "");
        using var wire = Agree(weBegin: true, fragmentation: "no");
        Assert.Equal(0, wire.Count("isakmp.typepayload == 53"));
        Assert.NotEqual(0, wire.Count(IpFragment));
    }

    private static WireFile Agree(bool weBegin, string fragmentation)
    {
        using var spaces = new NetworkNamespaces(mtu: 1280);
        spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
        var chain = new CertificateChain(isRsa: true, "large");
        var (left, right) = (chain.Issue("left.example", octets: Octets), chain.Issue("right.example", octets: Octets));
        using var policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, details: new()
        {
            IsSigned = true,
            OwnEndpoint = "Identity Fqdn left.example\nCertificateFile left.pem\nPrivateKeyFile left.key",
            PeerEndpoint = "Identity Fqdn right.example\nCaFile root.pem",
            Files = new Dictionary<string, string> { ["left.pem"] = $"{left.Certificate}\n{left.Authority}\n", ["left.key"] = left.Key, ["root.pem"] = chain.Root },
        });
        using var peer = new StrongSwanPeer(
            spaces.B, new SwanConnection { Proof = "pubkey", LocalId = "right.example", RemoteId = "left.example", Further = $"fragmentation = {fragmentation}" }.ToString(), prepare: folder => Write(folder, chain, right));
        var wire = new WireFile(spaces.A);
        try
        {
            using var host = new LivePlane(spaces.A, policy.Path, $"{InsideA}/32", $"{InsideB}/32");
            if (!weBegin)
            {
                peer.Control("--initiate", "--child", "inside", "--timeout", "90");
            }

            TunnelTraffic.Ping(spaces.A, InsideA, InsideB);
            TunnelTraffic.Transfer(spaces, InsideA, InsideB, octets: 1 << 17);
            Assert.Equal(1, host.Count($"as {(weBegin ? "initiator" : "responder")}"));
            wire.Finish();
            return wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    private static void Write(string folder, CertificateChain chain, CertificateChain.Issued right)
    {
        foreach (var (name, text) in new[] { ("x509/right.pem", right.Certificate), ("x509ca/root.pem", chain.Root), ("x509ca/between.pem", right.Authority), ("private/right.pem", right.Key) })
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
    }
}
