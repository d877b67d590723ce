using System.Buffers.Binary;
using Control.Tests.Ike.V2.Kit;
using IpsecDp.Ike;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2;

/// <summary>What the RFCs demand in a sentence, and no other script holds.</summary>
public sealed class DemandTests
{
    // RFC 7296 §2.25.1: N(REKEY_SA) of a child nobody has → N(CHILD_SA_NOT_FOUND) with its protocol and SPI; the IKE SA stands.
    [Fact]
    public void RekeySa_OfAChildNobodyHas_IsAnsweredWithItsSpi()
    {
        using var ends = Given.Established();
        var asked = new Say(ExchangeType.CreateChildSa, [Notice.RekeySa(ProtocolId.Esp, 0x12345678), .. Forged.Creation()]).By(ends, ends.Left);
        ends.Run(TimeSpan.FromSeconds(1));

        var error = asked.Answer!.FindError()!;
        Assert.Equal((NotifyType.ChildSaNotFound, ProtocolId.Esp, 0x12345678u), (error.Notify, error.Protocol, error.ChildSpi!.Value));
        Agreed.Hold(ends, children: 1);
    }

    // RFC 7296 §1.4, §3.10.1: whatever is in an INFORMATIONAL request, it is answered; what is not known says nothing.
    [Theory]
    [InlineData(40_000)]
    [InlineData(16_999)]
    [InlineData(8_191)]
    public void Informational_WithANotificationNobodyKnows_IsAnsweredAndChangesNothing(int type)
    {
        using var ends = Given.Established();
        var asked = new Say(ExchangeType.Informational, new NotifyPayload((NotifyType)type, Octets.Of(1, 2, 3))).By(ends, ends.Right);
        ends.Run(TimeSpan.FromSeconds(1));

        Assert.Empty(asked.Answer!.Payloads);
        Agreed.Hold(ends, children: 1);
    }

    // RFC 7296 §2.5: an unknown payload with the critical bit → N(UNSUPPORTED_CRITICAL_PAYLOAD) with its number; without the bit it is passed over.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Payload_NobodyKnows_IsRefusedOnlyIfCritical(bool isCritical)
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var request = ends.Sent[0].Datagram.Octets;
        byte[] strange = [.. request[..28], request[16], isCritical ? (byte)0x80 : (byte)0, 0, 4, .. request[28..]];
        strange[16] = 200;
        BinaryPrimitives.WriteInt32BigEndian(strange.AsSpan(24), strange.Length);
        ends.Inject(ends.Right, Forged.FromLeft, strange);

        var answer = Read(ends.Sent[^1].Datagram.Octets);
        Assert.Equal(isCritical ? Octets.Of(200) : (Octets?)null, answer.FindNotify(NotifyType.UnsupportedCriticalPayload)?.Data);
        Assert.Equal(isCritical ? 0 : 1, ends.Right.Endpoint.HalfOpen);
    }

    // RFC 7296 §2.5: payloads may come in any order.
    [Fact]
    public void Payloads_InAnotherOrder_AreTaken()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var request = Read(ends.Sent[0].Datagram.Octets);
        ends.Inject(ends.Right, Forged.FromLeft, new IkeMessage(request.Header, [.. request.Payloads.Reverse()]).ToArray());

        Assert.Equal(1, ends.Right.Endpoint.HalfOpen);
        Assert.NotNull(Read(ends.Sent[^1].Datagram.Octets).Find<SaPayload>());
    }

    // RFC 7296 §2.11: from whatever port a request comes, there it is answered, from where it arrived.
    [Fact]
    public void Request_FromAnyPort_IsAnsweredThere()
    {
        using var ends = Given.Ends();
        ends.Script = _ => LinkFate.Lost;
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        var path = Forged.FromLeft with { RemotePort = 40_321 };
        ends.Inject(ends.Right, path, [.. ends.Sent[0].Datagram.Octets]);

        Assert.Equal(path, ends.Sent[^1].Datagram.Path);
    }

    // RFC 7296 §2.6.1: a cookie and another group, in the order in which the responder asks for them; the cookie goes along.
    [Fact]
    public void CookieAndGroup_AskedForOneAfterTheOther_AreBothGiven()
    {
        using var ends = new LinkedEndpoints(
            Given.Model(Given.Connection(true) with { Offers = [Given.IkeOffer("ecp-256", "curve25519")] }),
            Given.Model(Given.Connection(false)) with { Limits = new() { CookiesFrom = 0 } });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromSeconds(1));

        Agreed.Hold(ends, children: 1);
        var requests = ends.Sent.Where(sent => sent.Datagram.IsRequest(ExchangeType.IkeSaInit)).Select(sent => Read(sent.Datagram.Octets)).ToList();
        Assert.Equal([false, true, true], requests.Select(request => request.FindNotify(NotifyType.Cookie) is not null));
        Assert.Equal([(ushort)19, (ushort)19, (ushort)31], requests.Select(request => request.Find<KeyExchangePayload>()!.Method));
    }

    // RFC 7296 §2.21.3: INVALID_SYNTAX under protection ends the IKE SA at both ends, without a delete.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void InvalidSyntax_InAnIkeSaThatStands_EndsItAtBoth(bool fromLeft)
    {
        using var ends = Given.Established();
        var before = ends.Sent.Count;
        new Say(ExchangeType.CreateChildSa, new NoncePayload(new(new byte[32]))).By(ends, fromLeft ? ends.Left : ends.Right);
        ends.Run(TimeSpan.FromMinutes(1));

        Assert.Equal(2, ends.Sent.Count - before);
        Agreed.Hold(ends, children: 0);
        Assert.Equal((0, 0), (ends.Left.Endpoint.Count, ends.Right.Endpoint.Count));
    }

    // RFC 6023: IKE_AUTH { IDi, AUTH } without a child only towards a peer that announced CHILDLESS_IKEV2_SUPPORTED.
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Childless_IkeSa_StandsOnlyWhereBothEndsTakeIt(bool left, bool right)
    {
        using var ends = Given.Ends(model => model with { TakesChildless = left, Children = [Given.Child(true) with { Selectors = [] }] }, model => model with { TakesChildless = right });
        ends.Order(ends.Left, new IkeCommand.Initiate("peer", "net"));
        ends.Run(TimeSpan.FromMinutes(1));

        Agreed.Hold(ends, children: 0);
        Assert.Equal(left && right ? 1 : 0, ends.Left.Endpoint.Established.Count);
        Assert.Equal(left && right ? 1 : 0, ends.Right.Endpoint.Established.Count);
    }

    // EAP is not spoken: a peer that leaves out AUTH to be asked by it (RFC 7296 §2.16), or speaks it unasked, gets nothing.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BugClass43_PeerThatWantsEap_ProvesNothing(bool speaks)
    {
        using var ends = Given.Ends();
        using var peer = new HandPeer(ends);
        IkePayload[] payloads = [new IdentificationPayload(true, Given.LeftId.Type, Given.LeftId.Value), .. speaks ? (IkePayload[])[new UnknownPayload(PayloadType.Eap, Octets.Of(3, 1, 0, 4))] : []];
        var answer = peer.Ask(ExchangeType.IkeAuth, 1, payloads);

        Assert.NotNull(answer!.FindError());
        Assert.Empty(ends.Right.Of<IkeEvent.IkeSaEstablished>());
        Assert.Equal(0, ends.Right.Endpoint.HalfOpen);
    }

    // An address update before anybody proved himself, and clear octets from elsewhere afterwards: nothing moves.
    [Fact]
    public void BugClass52_AddressUpdateBeforeAuthentication_MovesNothing()
    {
        using (var begun = Given.Ends())
        {
            using var peer = new HandPeer(begun);
            Assert.Equal(NotifyType.InvalidSyntax, peer.Ask(ExchangeType.Informational, 1, new NotifyPayload(NotifyType.UpdateSaAddresses))!.FindError()!.Notify);
            Assert.Empty(begun.Right.Of<IkeEvent.PathMoved>());
        }

        using var ends = Given.Established();
        var spis = ends.Right.Endpoint.Established[0];
        var header = new IkeHeader { InitiatorSpi = spis.Initiator, ResponderSpi = spis.Responder, Exchange = ExchangeType.Informational, MessageId = 2, IsFromInitiator = true };
        ends.Inject(ends.Right, Forged.FromLeft with { Remote = Given.Address("203.0.113.7") }, new IkeMessage(header, [new NotifyPayload(NotifyType.UpdateSaAddresses)]).ToArray());
        Assert.Empty(ends.Right.Of<IkeEvent.PathMoved>());
        Agreed.Hold(ends, children: 1);
    }

    private static IkeMessage Read(byte[] octets) => IkeMessage.TryRead(octets, out var message, out var failure) ? message : throw new InvalidOperationException(failure.ToString());
}
