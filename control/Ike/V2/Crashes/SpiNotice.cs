using System.Buffers.Binary;
using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Notifies;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.V2.Exchanges;

namespace IpsecDp.Ike.V2.Crashes;

/// <summary>INVALID_SPI in clear (RFC 7296 §1.5, §3.10.1): how an end without its SAs lets the peer notice. It proves nothing, so that whoever gets it asks the peer, and the answer of one that crashed proves the rest (RFC 6290).</summary>
internal static class SpiNotice
{
    // Each makes this host look through its sessions, and anybody can send one.
    private const int MostHints = 10;
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(10);

    /// <summary>Whether a message is one: a request in clear that nobody answers.</summary>
    public static bool Is(in IkeHeader header) => header is { MajorVersion: 2, Exchange: ExchangeType.Informational, IsResponse: false, NextPayload: PayloadType.Notify };

    /// <summary>Tells a peer of the policy that its packet named no SA; one there is an IKE SA with knows better, and nothing is said.</summary>
    public static void Tell(IkeHost host, in IkePath path, uint spi, in IkeTurn turn)
    {
        if (!IsPeer(host, path) || !host.Replies.TryTake(host.Model.Limits.ErrorReplies, turn.Now))
        {
            return;
        }

        Span<byte> data = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(data, spi);
        // RFC 7296 §1.5: no SPI of IKE would mean anything to the peer; zero is the exception to §3.1.
        var header = new IkeHeader { InitiatorSpi = 0, ResponderSpi = 0, Exchange = ExchangeType.Informational, MessageId = 0, IsFromInitiator = true };
        turn.Outbox.Send(new(path, new IkeMessage(header, [new NotifyPayload(NotifyType.InvalidSpi, new(data))]).ToArray()));
    }

    /// <summary>Takes one: where this end does seal with the SPI to that address the peer is asked whether it lives, a few times a minute at most. Nothing is answered, nothing else is changed (RFC 7296 §2.21.4).</summary>
    public static void Take(IkeHost host, in IkePath path, in IkeHeader header, ReadOnlySpan<byte> datagram, in IkeTurn turn)
    {
        if (!host.SpiHints.TryTake(MostHints, turn.Now))
        {
            IkeHost.Refuse(path, new(IkeFault.RateLimited, PayloadType.Notify), turn);
        }
        else if (!PayloadChain.TryRead(header.NextPayload, datagram[IkeHeader.WireLength..], isInside: false, out var payloads, out var failure))
        {
            IkeHost.Refuse(path, failure, turn);
        }
        else if (new IkeMessage(header, payloads).FindNotify(NotifyType.InvalidSpi)?.DoubleWord is not { } spi || Find(host, path, spi) is not { } session)
        {
            IkeHost.Refuse(path, new(IkeFault.SpiNoticeUnfounded, PayloadType.Notify), turn);
        }
        else if (session.AskedAt is { } asked && turn.Now - asked < BetweenQuestions)
        {
            IkeHost.Refuse(path, new(IkeFault.RateLimited, PayloadType.Notify), turn);
        }
        else
        {
            Ask(session, path, spi, turn);
        }
    }

    private static void Ask(PeerSession session, in IkePath path, uint spi, in IkeTurn turn)
    {
        session.AskedAt = turn.Now;
        turn.Outbox.Raise(new IkeEvent.Noted(session.Connection.Name, $"{path}: somebody in the peer's name has no SA with SPI 0x{spi:x8}; nothing proves that, so the peer is asked whether it lives"));
        if (!session.HasTask<Liveness>())
        {
            session.Enqueue(new Liveness());
        }

        session.Host.Settle(session.Current!, turn);
    }

    private static bool IsPeer(IkeHost host, in IkePath path)
    {
        var isPeer = false;
        foreach (var connection in host.Model.Connections)
        {
            if (!connection.Fits(path.Local, path.Remote))
            {
                continue;
            }

            isPeer = true;
            foreach (var session in host.Index.Of(connection.Name))
            {
                if (session.Current?.Path.Remote == path.Remote)
                {
                    return false;
                }
            }
        }

        return isPeer;
    }

    private static PeerSession? Find(IkeHost host, in IkePath path, uint spi)
    {
        foreach (var session in host.Index.Sessions)
        {
            if (session is { IsEstablished: true, Current: { } current } && current.Path.Remote == path.Remote
                && session.Children.Any(child => child.Child.OutboundSpi == spi))
            {
                return session;
            }
        }

        return null;
    }
}
