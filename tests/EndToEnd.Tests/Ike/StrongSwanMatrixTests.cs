using IpsecDp.Ike;
using IpsecDp.TestKit.Ports;

namespace EndToEnd.Tests.Ike;

/// <summary>Every proof of identity with every cipher and group against strongSwan, in both roles, and what must not come to a tunnel.</summary>
public sealed class StrongSwanMatrixTests(MatrixFixture fixture) : IClassFixture<MatrixFixture>
{
    public static TheoryData<string, string, string, bool> Cells { get; } = [.. MatrixCell.Good.Select(cell => (cell.Proof, cell.Cipher, cell.Group, cell.WeBegin))];

    public static TheoryData<CellFault, bool> Twins { get; } = [.. MatrixCell.Bad.Select(cell => (cell.Fault, cell.WeBegin))];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Tunnel_OfEachKind_CarriesPingAndTcp(string proof, string cipher, string group, bool weBegin)
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        var cell = MatrixCell.All.Single(cell => cell.Fault == CellFault.None && (cell.Proof, cell.Cipher, cell.Group, cell.WeBegin) == (proof, cipher, group, weBegin));
        var (spaces, peer, host) = (fixture.Spaces!, fixture.Peer!, fixture.Host!);
        if (weBegin)
        {
            // The packet that asks is held and not lost.
            TunnelTraffic.Ping(spaces.A, cell.Inside, cell.PeerInside);
        }
        else
        {
            peer.Control("--initiate", "--child", cell.Tunnel, "--timeout", "90");
            TunnelTraffic.Ping(spaces.B, cell.PeerInside, cell.Inside);
        }

        TunnelTraffic.Transfer(spaces, cell.Inside, cell.PeerInside, octets: 1 << 17);
        host.Await($"tunnel {cell.Tunnel}: {cell.AgreedEsp}, tunnel mode in UDP");
        var line = Assert.Single(host.Log.Split(Environment.NewLine), line => line.StartsWith($"IDP0014I connection {cell.Connection}:", StringComparison.Ordinal));
        Assert.Contains($"as {(weBegin ? "initiator" : "responder")}", line, StringComparison.Ordinal);
        Assert.EndsWith(cell.AgreedIke, line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Twins))]
    public void Twin_ThatMustNotStand_IsRefused(CellFault fault, bool weBegin)
    {
        Assert.SkipUnless(StrongSwanPeer.Hindrance is null, StrongSwanPeer.Hindrance ?? "");
        var cell = MatrixCell.All.Single(cell => cell.Fault == fault && cell.WeBegin == weBegin);
        var (peer, host) = (fixture.Peer!, fixture.Host!);
        if (weBegin)
        {
            host.Order(new IkeCommand.Initiate(cell.Connection, cell.Tunnel));
            // What nothing protects may be anybody's answer: it is noted, and the true one waited for (RFC 7296 §2.21.1).
            host.Await(fault == CellFault.IkeProposal ? $"IDP0020I connection {cell.Connection}: 10.77.0.1[500] - {cell.Peer}[500]: the peer, or somebody in its name, answered NO_PROPOSAL_CHOSEN" : $"IDP0113W connection {cell.Connection}:");
        }
        else
        {
            var (isDone, words) = peer.TryControl("--initiate", "--child", cell.Tunnel, "--timeout", "90");
            Assert.False(isDone, words);
            Assert.Matches(fault is CellFault.IkeProposal or CellFault.EspProposal ? "NO_PROPOSAL_CHOSEN" : "AUTHENTICATION_FAILED|AUTH_FAILED|no trusted", words);
        }

        // A responder proves itself last: what it made is gone when the initiator does not believe it.
        var isMadeFirst = !weBegin && fault is (CellFault.OurAuthority or CellFault.OurExpiry);
        host.Await($"IDP0018I tunnel {cell.Tunnel}:", isMadeFirst ? 1 : 0);
        Assert.Equal(isMadeFirst ? 1 : 0, host.Count($"IDP0017I tunnel {cell.Tunnel}:"));
        // What strongSwan made first goes when it has heard our refusal.
        var list = "";
        Assert.True(SpinWait.SpinUntil(() => !(list = peer.Control("--list-sas", "--ike", cell.Tunnel)).Contains("INSTALLED", StringComparison.Ordinal), TestThread.Patience), list);
    }
}
