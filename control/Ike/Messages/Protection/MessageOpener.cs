using System.Diagnostics.CodeAnalysis;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Fragments;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;

namespace IpsecDp.Ike.Messages.Protection;

/// <summary>Checks the ICV of an SK or SKF payload and reads what is inside; nothing inside is looked at before.</summary>
public static class MessageOpener
{
    /// <summary>Opens a message of one datagram in place and reads it whole; the datagram holds no plaintext afterwards.</summary>
    public static bool TryOpen(Span<byte> datagram, in IkeHeader header, in EncryptedFrame frame, IIkeCipher cipher, [NotNullWhen(true)] out Authenticated<IkeMessage>? message, out IkeFailure failure)
    {
        message = null;
        if (!TryText(datagram, frame, cipher, out var text, out failure))
        {
            return false;
        }

        var isRead = PayloadChain.TryRead(frame.FirstInner, text, isInside: true, out var payloads, out failure);
        text.Clear();
        failure = failure with { IsAuthentic = true };
        message = isRead ? new(new IkeMessage(header, payloads)) : null;
        failure = isRead ? IkeFailure.None : failure;
        return isRead;
    }

    /// <summary>Opens one fragment in place; what it carries is read when all are there.</summary>
    public static bool TryOpenFragment(Span<byte> datagram, in IkeHeader header, in EncryptedFrame frame, IIkeCipher cipher, [NotNullWhen(true)] out Authenticated<IkeFragment>? fragment, out IkeFailure failure)
    {
        fragment = null;
        if (!TryText(datagram, frame, cipher, out var text, out failure))
        {
            return false;
        }

        if (text.IsEmpty)
        {
            failure = new(IkeFault.FragmentEmpty, frame.Type, frame.Number, IsAuthentic: true);
            return false;
        }

        fragment = new(new IkeFragment(header, frame.FirstInner, frame.Number, frame.Total, new(text)));
        text.Clear();
        return true;
    }

    private static bool TryText(Span<byte> datagram, in EncryptedFrame frame, IIkeCipher cipher, out Span<byte> text, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        text = default;
        var body = datagram[frame.AssociatedLength..];
        var encrypted = body.Length - cipher.IvLength - cipher.IcvLength;
        if (body.Length < SealedBody.Least(cipher) || encrypted % cipher.BlockLength != 0 || datagram.Length > PayloadLimits.Message)
        {
            failure = new(IkeFault.EncryptedTooShort, frame.Type, body.Length);
            return false;
        }

        if (!cipher.TryOpen(datagram[..frame.AssociatedLength], body))
        {
            failure = new(IkeFault.IntegrityFailed, frame.Type);
            return false;
        }

        var isPadded = SealedBody.TryText(cipher, body, out text);
        failure = isPadded ? IkeFailure.None : new(IkeFault.BadPadding, frame.Type, IsAuthentic: true);
        return isPadded;
    }
}
