using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Control.Tests.Ike.Identity.Certificates;
using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Identity.Certificates;
using IpsecDp.Ike.Identity.Signatures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

public sealed class CertificateTests : IDisposable
{
    private readonly TestAuthority _authority = new("Root");
    private readonly List<AsymmetricAlgorithm> _keys = [];

    // IKE_SA_INIT ← { …, CERTREQ };  IKE_AUTH { IDi, CERT, CERTREQ, IDr, AUTH, … } →  ← { IDr, CERT, AUTH, … }
    [Theory]
    [InlineData("rsa", "rsa")]
    [InlineData("ecdsa", "ecdsa")]
    [InlineData("rsa", "ecdsa")]
    public void Handshake_CertificatesOfOneAuthority_AreBelieved(string left, string right)
    {
        using var ends = Given.Ends(model => Certified(model, left), model => Certified(model, right));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        Assert.Contains(ends.Sent, sent => sent.Datagram.Octets.AsSpan().IndexOf(CertificateRequests.HashOf(_authority.Certificate)) > 0);
    }

    [Fact]
    public void Handshake_CertificateOfAnotherAuthority_IsRefusedByEither()
    {
        using var other = new TestAuthority("Other");
        using var ends = Given.Ends(model => Certified(model, "ecdsa", other), model => Certified(model, "ecdsa"));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    // The responder's certificate is of nobody we trust: it holds an IKE SA by then and is told INFORMATIONAL { N(AUTHENTICATION_FAILED) } →
    [Fact]
    public void Handshake_ResponderIsNotBelieved_IsToldAndForgets()
    {
        using var other = new TestAuthority("Other");
        using var ends = Given.Ends(
            model => Certified(model, "ecdsa") with { RemoteProof = Trusting(_authority) },
            model => Certified(model, "ecdsa", other) with { RemoteProof = Trusting(_authority) });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Contains(ends.Sent, sent => sent.Datagram.FromLeft && sent.Datagram.IsRequest(ExchangeType.Informational));
        Assert.Equal("the peer does not take our proof", Assert.Single(ends.Right.Of<IkeEvent.IkeSaClosed>()).Reason);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    [Fact]
    public void Handshake_SecretWhereACertificateIsAsked_IsRefused()
    {
        using var ends = Given.Ends(right: model => Certified(model, "ecdsa"));
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
    }

    // RFC 7383 §2.3: who did not announce fragments gets none.
    [Theory]
    [InlineData(-1, 576)]
    [InlineData(576, -1)]
    public void Handshake_FragmentsNotAnnouncedByBoth_GoesWhole(int left, int right)
    {
        using var ends = Given.Ends(model => Certified(model, "rsa") with { FragmentMtu = left }, model => Certified(model, "rsa") with { FragmentMtu = right });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(10));

        Agreed.Hold(ends, children: 1);
        Assert.DoesNotContain(ends.Sent, sent => sent.Datagram.Header.NextPayload == PayloadType.EncryptedFragment);
    }

    // SKF pieces of IKE_AUTH: each fits the path, and one that is lost is asked for by the first (RFC 7383 §2.6.1).
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void Handshake_CertificatesLargerThanThePath_GoInFragments(int lost)
    {
        using var ends = Given.Ends(model => Certified(model, "rsa") with { FragmentMtu = 576 }, model => Certified(model, "rsa") with { FragmentMtu = 576 });
        var count = 0;
        ends.Script = datagram => datagram.IsResponse(ExchangeType.IkeAuth) && count++ == lost ? LinkFate.Lost : LinkFate.Arrives;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(10));

        Agreed.Hold(ends, children: 1);
        var pieces = ends.Sent.Where(sent => sent.Datagram.Header.Exchange == ExchangeType.IkeAuth).ToList();
        Assert.InRange(pieces.Count, 4, 30);
        Assert.All(pieces, piece => Assert.Equal(PayloadType.EncryptedFragment, piece.Datagram.Header.NextPayload));
        Assert.All(pieces, piece => Assert.InRange(piece.Datagram.Octets.Length, 28, 576 - 28));
        if (lost >= 0)
        {
            Assert.Equal(2, pieces.Count(piece => !piece.Datagram.FromLeft && Number(piece.Datagram.Octets) == 1));
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _keys.ForEach(key => key.Dispose());
    }

    private static int Number(byte[] fragment) => (fragment[32] << 8) | fragment[33];

    private static ProofModel.Certified Trusting(TestAuthority authority) => new ProofModel.Certified(new PathRules { Anchors = [authority.Certificate], Revocation = IpsecDp.Ike.Identity.Revocation.RevocationMode.Off });

    private ConnectionModel Certified(ConnectionModel model, string kind, TestAuthority? authority = null)
    {
        AsymmetricAlgorithm key = kind == "rsa" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _keys.Add(key);
        var host = System.Text.Encoding.ASCII.GetString(model.LocalId.Value.Span);
        var certificate = (authority ?? _authority).Issue(key, host, null, null, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        return model with
        {
            LocalProof = new ProofModel.Own([new Credential(certificate, [(authority ?? _authority).Certificate])], SignatureRules.Default),
            RemoteProof = Trusting(authority ?? _authority),
        };
    }
}
