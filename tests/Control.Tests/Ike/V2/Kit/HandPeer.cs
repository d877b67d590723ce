using IpsecDp.Ike;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Proposals;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Negotiation;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>An initiator led by hand, which does as it is told and not as it should; it shares keys with the right end and has proved nothing.</summary>
internal sealed class HandPeer : IDisposable
{
    private readonly SkKeys _keys;
    private readonly IkeCipher _outbound;
    private readonly IkeCipher _inbound;
    private readonly LinkedEndpoints _ends;

    public HandPeer(LinkedEndpoints ends)
    {
        _ends = ends;
        var dice = new SeededEntropy(77);
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(KeyExchangeId.Curve25519), KeyExchangeRole.Initiator, dice);
        Span<byte> ni = stackalloc byte[32];
        dice.Fill(ni);
        var proposals = Given.IkeOffer("curve25519").ToProposals(1, Octets.Empty, false);
        Spis = new(0x1122334455667788, 0);
        Send(new IkeMessage(Header(ExchangeType.IkeSaInit, 0), [new SaPayload([.. proposals]), new KeyExchangePayload(31, new(exchange.PublicValue.Span)), new NoncePayload(new(ni))]).ToArray());
        Assert.True(IkeMessage.TryRead(_ends.Sent[^1].Datagram.Octets, out var answer, out _));
        Spis = Spis with { Responder = answer.Header.ResponderSpi };
        exchange.Agree(answer.Find<KeyExchangePayload>()!.Value.Span, out var shared);
        var suite = new IkeSuite(EncryptionTransform.Of(EncryptionId.AesGcm16, 256), null, PrfTransform.Of(PrfId.HmacSha256), exchange.Method);
        var nonces = new NoncePair(ni, answer.Find<NoncePayload>()!.Nonce.Span);
        using var seed = KeySeed.OfInit(suite.Prf, nonces, shared!);
        shared!.Dispose();
        _keys = SkKeys.Derive(suite, seed, nonces, Spis);
        (_outbound, _inbound) = (new(suite, _keys.Initiator), new(suite, _keys.Responder));
    }

    public static IkePath Path { get; } = new(Given.RightAddress, 500, Given.LeftAddress, 500);

    public IkeSpis Spis { get; private set; }

    public IkeHeader Header(ExchangeType exchange, uint messageId, bool isResponse = false) => new()
    {
        InitiatorSpi = Spis.Initiator,
        ResponderSpi = Spis.Responder,
        Exchange = exchange,
        MessageId = messageId,
        IsFromInitiator = true,
        IsResponse = isResponse,
    };

    /// <summary>Sends what was made by hand.</summary>
    public void Send(byte[] datagram) => _ends.Inject(_ends.Right, Path, datagram);

    /// <summary>Seals payloads and sends them; the answer, opened, or null for silence.</summary>
    public IkeMessage? Ask(ExchangeType exchange, uint messageId, params IkePayload[] payloads) => Say(Header(exchange, messageId), payloads);

    public IkeMessage? Say(IkeHeader header, params IkePayload[] payloads)
    {
        var message = new IkeMessage(header, [.. payloads]);
        var datagram = new byte[MessageSealer.LengthOf(message, _outbound)];
        Assert.True(MessageSealer.TrySeal(message, _outbound, datagram, out _));
        var before = _ends.Sent.Count;
        Send(datagram);
        if (_ends.Sent.Count == before)
        {
            return null;
        }

        byte[] answer = [.. _ends.Sent[^1].Datagram.Octets];
        Assert.True(IkeHeader.TryRead(answer, out var read, out IkeFailure _));
        Assert.True(EncryptedFrame.TryFind(read, answer, out var frame, out _));
        Assert.True(MessageOpener.TryOpen(answer, read, frame, _inbound, out var opened, out var failure), failure.ToString());
        return opened.Value;
    }

    public void Dispose()
    {
        _outbound.Dispose();
        _inbound.Dispose();
        _keys.Dispose();
    }
}
