using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using IpsecDp.Ike.Messages.Failures;
using IpsecDp.Ike.Messages.Framing;
using IpsecDp.Ike.Messages.Header;
using IpsecDp.Ike.Messages.Payloads;
using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Ike.Messages.Fragments;

/// <summary>Seals a message into as many datagrams as a path asks for (RFC 7383 §2.5): one SK where it fits, else SKF pieces of equal room.</summary>
public static class FragmentSplitter
{
    private const int Associated = IkeHeader.WireLength + PayloadFrame.HeaderLength + EncryptedFragmentPayload.NumbersLength;

    /// <summary>The datagrams, none longer than <paramref name="room"/>; false when the room carries nothing or the pieces would be too many.</summary>
    public static bool TrySplit(IkeMessage message, IIkeCipher cipher, int room, [NotNullWhen(true)] out IReadOnlyList<byte[]>? datagrams, out IkeFailure failure)
    {
        ArgumentNullException.ThrowIfNull(message);
        datagrams = null;
        failure = IkeFailure.None;
        var whole = MessageSealer.LengthOf(message, cipher);
        if (whole <= room && whole <= PayloadLimits.Message)
        {
            var datagram = new byte[whole];
            datagrams = MessageSealer.TrySeal(message, cipher, datagram, out _) ? [datagram] : null;
            return datagrams is not null;
        }

        var length = PayloadChain.LengthOf(message.Payloads);
        var share = SealedBody.TextIn(room - Associated, cipher);
        var total = share > 0 ? (length + share - 1) / share : 0;
        if (total is 0 or > PayloadLimits.Fragments || message.Header.Length > PayloadLimits.Message)
        {
            failure = new(IkeFault.RoomTooSmall, PayloadType.EncryptedFragment, room);
            return false;
        }

        var text = new byte[length];
        PayloadChain.Write(message.Payloads, text);
        var pieces = new byte[total][];
        for (var i = 0; i < total; i++)
        {
            pieces[i] = Seal(message.Header, cipher, text.AsSpan(i * share, Math.Min(share, length - (i * share))), i + 1, total);
        }

        CryptographicOperations.ZeroMemory(text);
        datagrams = pieces;
        return true;
    }

    private static byte[] Seal(in IkeHeader header, IIkeCipher cipher, ReadOnlySpan<byte> text, int number, int total)
    {
        var datagram = new byte[Associated + SealedBody.LengthOf(text.Length, cipher)];
        (header with { NextPayload = PayloadType.EncryptedFragment, Length = datagram.Length }).Write(datagram);
        var writer = new PayloadWriter(datagram.AsSpan(IkeHeader.WireLength));
        // RFC 7383 §2.5: the first piece names the first payload, the others none.
        writer.Octet(number == 1 ? (byte)header.NextPayload : (byte)0);
        writer.Reserved(1);
        writer.Word(datagram.Length - IkeHeader.WireLength);
        writer.Word(number);
        writer.Word(total);
        var body = datagram.AsSpan(Associated);
        text.CopyTo(body[cipher.IvLength..]);
        SealedBody.Seal(cipher, datagram.AsSpan(0, Associated), body, text.Length);
        return datagram;
    }
}
