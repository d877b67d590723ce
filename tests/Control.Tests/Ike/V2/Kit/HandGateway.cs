using IpsecDp.Ike;
using IpsecDp.Ike.Identity;
using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Ike.Models;

namespace Control.Tests.Ike.V2.Kit;

/// <summary>A responder led by hand at the right end's address, which answers the left end as it is told; it has the right end's name and, if told so, its secret.</summary>
internal sealed class HandGateway(LinkedEndpoints ends) : IDisposable
{
    private readonly SeededEntropy _dice = new(78);
    private SkKeys? _keys;
    private IkeCipher? _outbound;
    private IkeSpis _spis;
    private byte[] _init = [];
    private Octets _peerNonce;

    private static PrfTransform Prf => PrfTransform.Of(PrfId.HmacSha256);

    /// <summary>Answers the latest IKE_SA_INIT request.</summary>
    public void AnswerInit()
    {
        Assert.True(IkeMessage.TryRead(ends.Sent[^1].Datagram.Octets, out var request, out _));
        using var exchange = KeyExchanges.Begin(KeyExchangeMethod.Of(KeyExchangeId.Curve25519), KeyExchangeRole.Responder, _dice);
        exchange.Agree(request.Find<KeyExchangePayload>()!.Value.Span, out var shared);
        Span<byte> nonce = stackalloc byte[32];
        _dice.Fill(nonce);
        _spis = new(request.Header.InitiatorSpi, 0x8877665544332211);
        _peerNonce = request.Find<NoncePayload>()!.Nonce;
        _init = new IkeMessage(Header(ExchangeType.IkeSaInit, 0), [request.Find<SaPayload>()!, new KeyExchangePayload(31, new(exchange.PublicValue.Span)), new NoncePayload(new(nonce))]).ToArray();
        var suite = new IkeSuite(EncryptionTransform.Of(EncryptionId.AesGcm16, 256), null, Prf, exchange.Method);
        var nonces = new NoncePair(_peerNonce.Span, nonce);
        using (shared)
        using (var seed = KeySeed.OfInit(Prf, nonces, shared!))
        {
            _keys = SkKeys.Derive(suite, seed, nonces, _spis);
        }

        _outbound = new(suite, _keys.Responder);
        ends.Inject(ends.Left, Path, [.. _init]);
    }

    /// <summary>Answers IKE_AUTH with IDr and the proof of a secret, and payloads more.</summary>
    public void AnswerAuth(string secret, params IkePayload[] more)
    {
        using var known = ((ProofModel.Shared)Given.Secret(secret)).Secret;
        var octets = SignedOctets.Of(Prf, _keys!.Responder.Proof, _init, _peerNonce.Span, Given.RightId);
        var message = new IkeMessage(Header(ExchangeType.IkeAuth, 1), [new IdentificationPayload(false, Given.RightId.Type, Given.RightId.Value), new PreSharedKey(Prf, known).Prove(octets), .. more]);
        var datagram = new byte[MessageSealer.LengthOf(message, _outbound!)];
        Assert.True(MessageSealer.TrySeal(message, _outbound!, datagram, out _));
        ends.Inject(ends.Left, Path, datagram);
    }

    public void Dispose()
    {
        _outbound?.Dispose();
        _keys?.Dispose();
    }

    private static IkePath Path => new(Given.LeftAddress, 500, Given.RightAddress, 500);

    private IkeHeader Header(ExchangeType exchange, uint id) => new() { InitiatorSpi = _spis.Initiator, ResponderSpi = _spis.Responder, Exchange = exchange, MessageId = id, IsResponse = true };
}
