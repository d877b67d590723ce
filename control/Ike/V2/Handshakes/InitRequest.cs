using IpsecDp.Ike.Keys;
using IpsecDp.Ike.Keys.Algorithms;
using IpsecDp.Ike.Keys.Groups;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Values;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Ike.V2.Handshakes;

/// <summary>One IKE_SA_INIT request from here: what was said, and the private half of it.</summary>
internal sealed class InitRequest : IDisposable
{
    private InitRequest(PeerSession session, Octets nonce, IKeyExchange exchange, Octets cookie, IpAddress? redirectedFrom, IkeSaV2 sa)
    {
        (Nonce, Exchange, Cookie, RedirectedFrom) = (nonce, exchange, cookie, redirectedFrom);
        Sent = SuiteChoice.Propose(SuiteChoice.Usable(session.Connection.Offers), Octets.Empty, withoutKeyExchange: false);
        var payloads = new List<IkePayload>();
        if (!cookie.IsEmpty)
        {
            // RFC 7296 §2.6: the cookie stands first.
            payloads.Add(new NotifyPayload(NotifyType.Cookie, cookie));
        }

        payloads.AddRange([Sent, new KeyExchangePayload((ushort)exchange.Method.Id, new(exchange.PublicValue.Span)), new NoncePayload(nonce)]);
        payloads.AddRange(InitPayloads.Common([session.Connection], sa.Spis, sa.Path));
        payloads.Add(redirectedFrom is { } from ? Redirection.To(from, Octets.Empty).ToPayload(NotifyType.RedirectedFrom) : new NotifyPayload(NotifyType.RedirectSupported));
        Datagram = new IkeMessage(sa.HeaderOf(ExchangeType.IkeSaInit, 0, isResponse: false), [.. payloads]).ToArray();
    }

    /// <summary>Ni; the same in every repetition (RFC 7296 §2.6).</summary>
    public Octets Nonce { get; }

    /// <summary>The private half of KEi.</summary>
    public IKeyExchange Exchange { get; }

    /// <summary>The responder's cookie; empty without one.</summary>
    public Octets Cookie { get; }

    /// <summary>The gateway that sent us on (RFC 5685); null for none.</summary>
    public IpAddress? RedirectedFrom { get; }

    /// <summary>The proposals.</summary>
    public SaPayload Sent { get; }

    /// <summary>The message on the wire.</summary>
    public byte[] Datagram { get; }

    /// <summary>The method of KEi.</summary>
    public ushort Method => (ushort)Exchange.Method.Id;

    /// <summary>A first request; throws <see cref="NotSupportedException"/> when no offer has a usable method.</summary>
    public static InitRequest Begin(PeerSession session, IkeSaV2 sa, IpAddress? redirectedFrom, in IkeTurn turn)
    {
        var method = SuiteChoice.PreferredMethod(SuiteChoice.Usable(session.Connection.Offers))
            ?? throw new NotSupportedException($"connection {session.Connection.Name}: no offer has a key exchange this platform has");
        return new(session, Dice.Nonce(turn.Entropy), Make(method, turn), Octets.Empty, redirectedFrom, sa);
    }

    /// <summary>The same request with a cookie.</summary>
    public InitRequest With(PeerSession session, IkeSaV2 sa, Octets cookie) => new(session, Nonce, Exchange, cookie, RedirectedFrom, sa);

    /// <summary>The same request with a value of another method; the former one is zeroed.</summary>
    public InitRequest With(PeerSession session, IkeSaV2 sa, ushort method, in IkeTurn turn)
    {
        var next = new InitRequest(session, Nonce, Make(method, turn), Cookie, RedirectedFrom, sa);
        Exchange.Dispose();
        return next;
    }

    /// <inheritdoc/>
    public void Dispose() => Exchange.Dispose();

    private static IKeyExchange Make(ushort method, in IkeTurn turn)
    {
        KeyExchangeMethod.TryFind(method, out var found);
        return KeyExchanges.Begin(found!, KeyExchangeRole.Initiator, turn.Entropy);
    }
}
