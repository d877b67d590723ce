using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;

namespace IpsecDp.Ike.Messages.Protection;

/// <summary>From a message in clear to one whose payloads lie in an SK payload (RFC 7296 §3.14).</summary>
public static class MessageSealer
{
    private const int Overhead = IkeHeader.WireLength + PayloadFrame.HeaderLength;

    /// <summary>Octets of the sealed message.</summary>
    public static int LengthOf(IkeMessage message, IIkeCipher cipher)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(cipher);
        return Overhead + SealedBody.LengthOf(PayloadChain.LengthOf(message.Payloads), cipher);
    }

    /// <summary>Seals into a room; false, with nothing written, when it does not fit there or into any message.</summary>
    public static bool TrySeal(IkeMessage message, IIkeCipher cipher, Span<byte> room, out int written)
    {
        written = LengthOf(message, cipher);
        if (written > room.Length || written > PayloadLimits.Message)
        {
            written = 0;
            return false;
        }

        var text = PayloadChain.LengthOf(message.Payloads);
        var datagram = room[..written];
        (message.Header with { NextPayload = PayloadType.Encrypted, Length = written }).Write(datagram);
        var writer = new PayloadWriter(datagram[IkeHeader.WireLength..]);
        writer.Octet((byte)message.Header.NextPayload);
        writer.Reserved(1);
        writer.Word(written - IkeHeader.WireLength);
        var body = datagram[Overhead..];
        PayloadChain.Write(message.Payloads, body.Slice(cipher.IvLength, text));
        SealedBody.Seal(cipher, datagram[..Overhead], body, text);
        return true;
    }
}
