using System.Globalization;
using IpsecDp.TestKit.Namespaces;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>Rekeys of children and IKE SAs by either end and by both at once, under traffic that must not lose a packet.</summary>
public sealed class StrongSwanRekeyTests
{
    private const string InsideA = "10.9.0.1";
    private const string InsideB = "10.9.0.2";
    private const int Rounds = 20;

    // IKE beside ESP on port 4500: four octets of zero behind the UDP header (RFC 3948 §2.2).
    private static readonly string[] IkeOnly = ["PREROUTING", "-p", "udp", "--dport", "4500", "-m", "u32", "--u32", "28=0", "-j", "DROP"];

    [Fact]
    public void Rekeys_TwentyOfEitherKind_ByEitherEnd_LoseNothing()
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var line = new RekeyLine();
        for (var round = 0; round < Rounds; round++)
        {
            var weBegin = round % 2 == 0;
            line.After("IDP0017I", weBegin ? line.Host.RekeyChild : () => line.Peer.Control("--rekey", "--child", "inside"));
            line.Flow.AwaitMore();
            line.After("IDP0015I", weBegin ? line.Host.RekeyIke : () => line.Peer.Control("--rekey", "--ike", "peers"));
            line.Flow.AwaitMore();
        }

        line.Finish();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rekeys_OfBothEndsAtOnce_LoseNothing(bool ofChild)
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        using var line = new RekeyLine();
        for (var round = 0; round < 3; round++)
        {
            var before = line.Host.Count(ofChild ? "IDP0017I" : "IDP0015I");
            // What the peer asks for and answers does not arrive here, so that either end waits while the other asks.
            line.Spaces.A.Execute("iptables", ["-w", "-t", "raw", "-A", .. IkeOnly]);
            line.Peer.Control("--rekey", ofChild ? "--child" : "--ike", ofChild ? "inside" : "peers");
            line.AwaitHeldBack();
            var again = line.Host.Count("IDP0111W");
            (ofChild ? (Action)line.Host.RekeyChild : line.Host.RekeyIke)();
            line.Host.Await("IDP0111W", again + 1);
            line.Spaces.A.Execute("iptables", ["-w", "-t", "raw", "-D", .. IkeOnly]);
            line.Host.Await(ofChild ? "IDP0017I" : "IDP0015I", before + 1);
            line.Settle();
        }

        line.Finish();
    }

    private sealed class RekeyLine : IDisposable
    {
        private readonly KeyExchangePolicyText? _policy;

        public RekeyLine()
        {
            try
            {
                Spaces.B.Ip("addr", "add", $"{InsideB}/32", "dev", "lo");
                _policy = new KeyExchangePolicyText("10.77.0.1", "10.77.0.2", InsideA, InsideB, details: new() { Policy = "IkeInitWait 1\nIkeRetries 8\nLivenessInterval 0", Pfs = "InitiateWithPfs Group31\n   AcceptablePfs Group31" });
                Peer = new StrongSwanPeer(Spaces.B, new SwanConnection { Esp = "aes128gcm16-curve25519" }.ToString(), settings: "delete_rekeyed_delay = 5");
                Host = new LivePlane(Spaces.A, _policy.Path, $"{InsideA}/32", $"{InsideB}/32");
                TunnelTraffic.Ping(Spaces.A, InsideA, InsideB);
                Host.Await("IDP0017I");
                Flow = new EchoFlow(Spaces, InsideA, InsideB);
                Flow.AwaitMore();
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public NetworkNamespaces Spaces { get; } = new();

        public StrongSwanPeer Peer { get; } = null!;

        public LivePlane Host { get; } = null!;

        public EchoFlow Flow { get; } = null!;

        // One more line, and then one pair of SAs again on either side.
        public void After(string words, Action rekey)
        {
            var before = Host.Count(words);
            rekey();
            Host.Await(words, before + 1);
            Host.AwaitChildren(1);
        }

        public void AwaitHeldBack() => Assert.True(
            SpinWait.SpinUntil(() => HeldBack() > 0, TestThread.Patience),
            $"strongSwan asks for nothing: {Peer.Log}");

        public void Settle()
        {
            Host.AwaitChildren(1);
            Peer.AwaitStanding(ikeSas: 1, children: 1);
            Flow.AwaitMore();
        }

        public void Finish()
        {
            Settle();
            Flow.Finish();
            Assert.Equal(1, Host.Count("IDP0014I"));
            Assert.Equal(0, Host.Count("IDP0112W") + Host.Count("IDP0113W"));
        }

        public void Dispose()
        {
            Flow?.Dispose();
            Host?.Dispose();
            Peer?.Dispose();
            _policy?.Dispose();
            Spaces.Dispose();
        }

        private long HeldBack()
        {
            var rule = Spaces.A.Execute("iptables", "-w", "-t", "raw", "-L", "PREROUTING", "-v", "-x", "-n").Split('\n').First(line => line.Contains("DROP", StringComparison.Ordinal) && line.Contains("u32", StringComparison.Ordinal));
            return long.Parse(rule.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        }
    }
}
