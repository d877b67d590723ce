using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Protection;

/// <summary>Where in a datagram the SK or SKF payload lies; found before any key is asked for.</summary>
/// <param name="Type">SK or SKF.</param>
/// <param name="FirstInner">The first payload inside.</param>
/// <param name="AssociatedLength">Octets in front of the IV: what the ICV covers without encrypting it.</param>
/// <param name="Number">The fragment's place, from 1; 1 for SK.</param>
/// <param name="Total">How many fragments there are; 1 for SK.</param>
public readonly record struct EncryptedFrame(PayloadType Type, PayloadType FirstInner, int AssociatedLength, ushort Number, ushort Total)
{
    /// <summary>Whether the message is in several datagrams.</summary>
    public bool IsFragment => Type == PayloadType.EncryptedFragment;

    /// <summary>Finds the payload, or says why the message is to be refused unopened.</summary>
    /// <remarks>Payloads in front of it mean nothing in any exchange; they are passed over, unless one is unknown and critical.</remarks>
    public static bool TryFind(in IkeHeader header, ReadOnlySpan<byte> datagram, out EncryptedFrame frame, out IkeFailure failure)
    {
        frame = default;
        if (header.MajorVersion != 2)
        {
            failure = new(IkeFault.OtherVersion, Detail: header.MajorVersion);
            return false;
        }

        var walker = new PayloadWalker(header.NextPayload, datagram, IkeHeader.WireLength);
        while (walker.MoveNext())
        {
            var payload = walker.Current;
            if (PayloadTypes.IsEncrypted(payload.Type))
            {
                return TryPlace(header, payload, out frame, out failure) && IsLast(payload, datagram, out failure);
            }

            if (payload.IsCritical && PayloadTypes.IsUnknown(payload.Type))
            {
                failure = new(IkeFault.UnknownCriticalPayload, payload.Type, (byte)payload.Type);
                return false;
            }
        }

        failure = walker.Failure.Fault == IkeFault.None ? new(IkeFault.NotEncrypted) : walker.Failure;
        return false;
    }

    private static bool TryPlace(in IkeHeader header, in PayloadFrame payload, out EncryptedFrame frame, out IkeFailure failure)
    {
        frame = default;
        if (header.Exchange == ExchangeType.IkeSaInit)
        {
            failure = new(IkeFault.EncryptedInInit, payload.Type);
            return false;
        }

        if (payload.Type == PayloadType.Encrypted)
        {
            frame = new(payload.Type, payload.Next, payload.BodyOffset, 1, 1);
            failure = IkeFailure.None;
            return true;
        }

        var isRead = EncryptedFragmentPayload.TryReadNumbers(payload.Body, out var number, out var total, out failure);
        frame = new(payload.Type, payload.Next, payload.BodyOffset + EncryptedFragmentPayload.NumbersLength, number, total);
        return isRead;
    }

    // RFC 7296 §3.14: what is encrypted ends the message.
    private static bool IsLast(in PayloadFrame payload, ReadOnlySpan<byte> datagram, out IkeFailure failure)
    {
        var behind = datagram.Length - payload.BodyOffset - payload.Body.Length;
        failure = behind == 0 ? IkeFailure.None : new(IkeFault.OctetsBehindChain, payload.Type, behind);
        return behind == 0;
    }
}
