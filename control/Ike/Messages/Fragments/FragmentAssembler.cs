using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.Messages.Fragments;

/// <summary>Joins the fragments of one message at a time (RFC 7383 §2.6); it keeps at most <see cref="PayloadLimits.Message"/> octets, and each fragment costs the same whatever their order.</summary>
/// <remarks>Fragments with a higher total replace what is here, since their sender learned of a narrower path; those with a lower one come too late.</remarks>
public sealed class FragmentAssembler
{
    private IkeFragment?[] _fragments = [];
    private IkeHeader _header;
    private int _kept;

    /// <summary>Octets kept.</summary>
    public int Length { get; private set; }

    /// <summary>Whether fragments of a message are here.</summary>
    public bool IsBusy => _kept > 0;

    /// <summary>Whether a fragment would be kept: asked before its ICV is checked, so that duplicates cost nothing.</summary>
    public bool Wants(in IkeHeader header, in EncryptedFrame frame) => FaultOf(header, frame.Total) == IkeFault.None && !IsHere(frame.Number, frame.Total);

    /// <summary>Adds a fragment; with the last one missing the message is read whole or refused, and the assembler is empty again.</summary>
    public FragmentOutcome Add(Authenticated<IkeFragment> fragment, out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(fragment);
        message = null;
        var piece = fragment.Value;
        if (FaultOf(piece.Header, piece.Total) is var fault && fault != IkeFault.None)
        {
            return Refuse(fault, piece, out failure);
        }

        failure = IkeFailure.None;
        if (IsHere(piece.Number, piece.Total))
        {
            return FragmentOutcome.Duplicate;
        }

        if (_fragments.Length != piece.Total)
        {
            Reset();
            _fragments = new IkeFragment?[piece.Total];
            _header = piece.Header;
        }

        if (IkeHeader.WireLength + Length + piece.Text.Length > PayloadLimits.Message)
        {
            Reset();
            return Refuse(IkeFault.ReassemblyTooLarge, piece, out failure);
        }

        _fragments[piece.Number - 1] = piece;
        Length += piece.Text.Length;
        return ++_kept < _fragments.Length ? FragmentOutcome.Kept : Join(out message, out failure);
    }

    /// <summary>Forgets what is here, as when the message was given up or another one is expected.</summary>
    public void Reset() => (_fragments, _header, _kept, Length) = ([], default, 0, 0);

    private IkeFault FaultOf(in IkeHeader header, ushort total) => this switch
    {
        _ when total > PayloadLimits.Fragments => IkeFault.TooManyFragments,
        { IsBusy: false } => IkeFault.None,
        _ when !IsOfThis(header) => IkeFault.FragmentOfOther,
        _ when total < _fragments.Length => IkeFault.FragmentTotalShrank,
        _ => IkeFault.None,
    };

    private bool IsHere(ushort number, ushort total) => total == _fragments.Length && number <= total && _fragments[number - 1] is not null;

    private bool IsOfThis(in IkeHeader header) =>
        header.MessageId == _header.MessageId && header.Exchange == _header.Exchange && header.Flags == _header.Flags
        && header.InitiatorSpi == _header.InitiatorSpi && header.ResponderSpi == _header.ResponderSpi;

    private FragmentOutcome Join(out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        var text = new byte[Length];
        var at = 0;
        foreach (var fragment in _fragments)
        {
            fragment!.Text.Span.CopyTo(text.AsSpan(at));
            at += fragment.Text.Length;
        }

        var first = _fragments[0]!;
        Reset();
        var isRead = PayloadChain.TryRead(first.FirstInner, text, isInside: true, out var payloads, out failure);
        CryptographicOperations.ZeroMemory(text);
        message = isRead ? new(new IkeMessage(first.Header, payloads)) : null;
        failure = isRead ? IkeFailure.None : failure with { IsAuthentic = true };
        return isRead ? FragmentOutcome.Completed : FragmentOutcome.Refused;
    }

    private static FragmentOutcome Refuse(IkeFault fault, IkeFragment piece, out IkeFailure failure)
    {
        failure = new(fault, PayloadType.EncryptedFragment, piece.Total, IsAuthentic: true);
        return FragmentOutcome.Refused;
    }
}
