using Control.Tests.Ike.V2.Kit;
using IpsecDp.Crypto.Secrets;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Models;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.V2;

public sealed class QuantumTests
{
    private static ConnectionModel Ppk(ConnectionModel model, string name, string key, bool isRequired) =>
        model with { Ppk = new(name, new SecretBytes(System.Text.Encoding.UTF8.GetBytes(key)), isRequired) };

    // N(USE_PPK) both ways; IKE_AUTH { …, N(PPK_IDENTITY) [, N(NO_PPK_AUTH)] } →  ← { …, N(PPK_IDENTITY) } (RFC 8784)
    [Theory]
    [InlineData("k", "same", true, "k", "same", true, 1)]
    [InlineData("k", "same", false, "k", "same", false, 1)]
    [InlineData("k", "same", true, "k", "other", true, 0)]
    [InlineData("k", "same", true, "l", "same", false, 0)]
    [InlineData("k", "same", false, "l", "same", false, 1)]
    [InlineData("k", "same", false, "l", "same", true, 0)]
    public void Ppk_OfBothEnds_IsMixedInOrLeftOutOrRefused(string leftName, string leftKey, bool leftRequires, string rightName, string rightKey, bool rightRequires, int children)
    {
        using var ends = Given.Ends(model => Ppk(model, leftName, leftKey, leftRequires), model => Ppk(model, rightName, rightKey, rightRequires));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children);
        Assert.Equal(children, ends.Right.Endpoint.Count);
        Rekeys(ends, children);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Ppk_OfOneEndOnly_IsLeftOutWherePolicyLetsIt(bool isRequired, int children)
    {
        using var ends = Given.Ends(model => Ppk(model, "k", "key", isRequired));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children);
    }

    // IKE_SA_INIT { SA(…, ADDKE1), KE, Ni, N(INTERMEDIATE_EXCHANGE_SUPPORTED) };  IKE_INTERMEDIATE { KE(1) } →  ← { KE(1) };  IKE_AUTH (RFC 9370)
    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(2, true, false)]
    [InlineData(2, true, true)]
    public void FurtherKeyExchanges_BothOfferThem_AreRunAndProved(int count, bool isLossy, bool ofResponse)
    {
        using var ends = Given.Ends(model => Further(model, count), model => Further(model, count));
        var lost = 0;
        ends.Script = datagram => isLossy && datagram.Header.Exchange == ExchangeType.IkeIntermediate && datagram.Header.IsResponse == ofResponse && lost++ % 2 == 0 ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(count, ends.Sent.Where(sent => sent.Datagram.IsResponse(ExchangeType.IkeIntermediate)).DistinctBy(sent => sent.Datagram.Header.MessageId).Count());
    }

    // A value larger than the path goes in SKF pieces; AUTH covers it as if it had gone whole (RFC 9242 §3.3.2).
    [Fact]
    public void FurtherKeyExchanges_LargerThanThePath_GoInFragmentsAndAreProved()
    {
        static ConnectionModel Large(ConnectionModel model) => model with
        {
            FragmentMtu = 576,
            Offers = [new(ProtocolId.Ike, [Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519"), Transforms.KeyExchange(1, "modp-4096")])],
        };
        using var ends = Given.Established(Large);

        var pieces = ends.Sent.Where(sent => sent.Datagram.Header.Exchange == ExchangeType.IkeIntermediate).ToList();
        Assert.Equal(4, pieces.Count);
        Assert.All(pieces, piece => Assert.InRange(piece.Datagram.Octets.Length, 28, 576 - 28));
    }

    [Fact]
    public void FurtherKeyExchanges_OneEndInsists_NothingIsAgreed()
    {
        using var ends = Given.Ends(model => Further(model, 1));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(5));

        Agreed.Hold(ends, children: 0);
    }

    // An IKE SA that insists on further key exchanges is rekeyed with them when its time comes (RFC 9370 §2.2.4).
    [Fact]
    public void FurtherKeyExchanges_WhenItsTimeComes_AreRunAgain()
    {
        using var ends = Given.Ends(
            model => Further(model, 1) with { Lifetime = new(TimeSpan.FromMinutes(30), 0.1, TimeSpan.FromMinutes(40)) },
            model => Further(model, 1) with { Lifetime = new(TimeSpan.FromMinutes(50), 0.1, TimeSpan.FromMinutes(60)) });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(35));

        Agreed.Hold(ends, children: 1);
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaEstablished>());
        Assert.Single(ends.Left.Of<IkeEvent.IkeSaRekeyed>());
        Assert.Single(ends.Sent, sent => sent.Datagram.IsResponse(ExchangeType.IkeFollowupKe));
    }

    // A peer that runs further key exchanges in IKE_INTERMEDIATE only refuses the rekey: the IKE SA is authenticated anew instead.
    [Fact]
    public void FurtherKeyExchanges_PeerRefusesThemInARekey_IsAuthenticatedAnew()
    {
        using var ends = Given.Ends(
            model => Further(model, 1) with { Lifetime = new(TimeSpan.FromMinutes(30), 0.1, TimeSpan.FromMinutes(40)) },
            model => Further(model, 1) with { Lifetime = new(TimeSpan.FromMinutes(50), 0.1, TimeSpan.FromMinutes(60)) });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));
        var session = ends.Right.Endpoint.Host.Index.Sessions.Single();
        session.Connection = session.Connection with { Offers = [Given.IkeOffer("ecp-521")] };
        ends.Run(TimeSpan.FromMinutes(34));

        Agreed.Hold(ends, children: 1);
        Assert.Equal(2, ends.Left.Of<IkeEvent.IkeSaEstablished>().Count());
    }

    private static void Rekeys(LinkedEndpoints ends, int children)
    {
        if (children > 0)
        {
            ends.Order(ends.Left, new IkeCommand.RekeyIke(ends.Left.Endpoint.Established[0]));
            ends.Order(ends.Right, new IkeCommand.RekeyChild(ends.Right.Inbound.Keys.Single()));
            ends.Run(TimeSpan.FromMinutes(1));
            Agreed.Hold(ends, children);
        }
    }

    private static ConnectionModel Further(ConnectionModel model, int count)
    {
        string[] methods = ["ecp-256", "ecp-384"];
        return model with
        {
            Offers = [new(ProtocolId.Ike, [Transforms.Encryption("aes-256-gcm-16"), Transforms.Prf("hmac-sha2-256"), Transforms.KeyExchange("curve25519"), .. methods.Take(count).Select((method, i) => Transforms.KeyExchange(i + 1, method))])],
        };
    }
}
