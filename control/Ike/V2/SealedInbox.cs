using IpsecDp.Ike.Messages;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.V2;

/// <summary>Where sealed datagrams of one IKE SA are opened, and fragments of a message wait for the others (RFC 7383); it notes on the IKE SA that an ICV was right.</summary>
internal sealed class SealedInbox(IkeSaV2 sa)
{
    private FragmentAssembler? _requests;
    private FragmentAssembler? _responses;

    /// <summary>Whether the datagram may still be of use: whole, or a fragment that is missing.</summary>
    public bool Wants(in IkeHeader header, in EncryptedFrame frame) => !frame.IsFragment || AssemblerOf(header).Wants(header, frame);

    /// <summary>Opens the datagram in place; true with the message once all of it is there, false without a fault while more is to come.</summary>
    public bool TryOpen(Span<byte> datagram, in IkeHeader header, in EncryptedFrame frame, out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        if (!frame.IsFragment)
        {
            return MessageOpener.TryOpen(datagram, header, frame, Watch(sa.Protection!), out message, out failure) && IsWhole(message, ref failure);
        }

        message = null;
        if (!MessageOpener.TryOpenFragment(datagram, header, frame, Watch(sa.Protection!), out var fragment, out failure))
        {
            return false;
        }

        // What was begun by a message given up meanwhile makes room for this one.
        return AssemblerOf(header).Add(fragment, out message, out failure) == FragmentOutcome.Completed && IsWhole(message!, ref failure);
    }

    /// <summary>Whether a datagram, which is zeroed, was sealed under these keys by the peer.</summary>
    public bool IsProven(Span<byte> datagram, in EncryptedFrame frame, IkeProtection protection)
    {
        var isRight = Watch(protection).TryOpen(datagram[..frame.AssociatedLength], datagram[frame.AssociatedLength..]);
        datagram[frame.AssociatedLength..].Clear();
        return isRight;
    }

    /// <summary>A message was taken: of requests, and after an answer of answers, nothing is waited for any more.</summary>
    public void Settle(bool isResponse)
    {
        _requests?.Reset();
        if (isResponse)
        {
            _responses?.Reset();
        }
    }

    private static bool IsWhole(Authenticated<IkeMessage> message, ref IkeFailure failure)
    {
        if (MandatoryPayloads.TryCheck(message.Value, out failure))
        {
            return true;
        }

        failure = failure with { IsAuthentic = true };
        return false;
    }

    private FragmentAssembler AssemblerOf(in IkeHeader header) => header.IsResponse ? _responses ??= new() : _requests ??= new();

    private ProofWatch Watch(IkeProtection protection) => new(sa, protection.Inbound);
}
