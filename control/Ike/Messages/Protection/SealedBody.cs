namespace IpsecDp.Ike.Messages.Protection;

/// <summary>The arithmetic of a body: IV, text with its padding and pad length, ICV (RFC 7296 §3.14).</summary>
internal static class SealedBody
{
    private const int PadLengthOctets = 1;

    /// <summary>Octets of padding behind so many octets of payloads.</summary>
    public static int PaddingOf(int text, IIkeCipher cipher)
    {
        var over = (text + PadLengthOctets) % cipher.BlockLength;
        return over == 0 ? 0 : cipher.BlockLength - over;
    }

    /// <summary>Octets of the body around so many octets of payloads.</summary>
    public static int LengthOf(int text, IIkeCipher cipher) =>
        cipher.IvLength + text + PaddingOf(text, cipher) + PadLengthOctets + cipher.IcvLength;

    /// <summary>Octets of payloads the largest body of at most <paramref name="room"/> octets carries; 0 or less when none fit.</summary>
    public static int TextIn(int room, IIkeCipher cipher)
    {
        var encrypted = room - cipher.IvLength - cipher.IcvLength;
        return encrypted - (encrypted % cipher.BlockLength) - PadLengthOctets;
    }

    /// <summary>Octets of the shortest body.</summary>
    public static int Least(IIkeCipher cipher) => cipher.IvLength + Math.Max(PadLengthOctets, cipher.BlockLength) + cipher.IcvLength;

    /// <summary>Seals a body in which the payloads stand behind the IV's room; the padding is zeros.</summary>
    public static void Seal(IIkeCipher cipher, ReadOnlySpan<byte> associated, Span<byte> body, int text)
    {
        var padding = PaddingOf(text, cipher);
        body.Slice(cipher.IvLength + text, padding).Clear();
        body[cipher.IvLength + text + padding] = (byte)padding;
        cipher.Seal(associated, body);
    }

    /// <summary>The payloads of a body that was opened; false when the pad length is more than there is.</summary>
    public static bool TryText(IIkeCipher cipher, Span<byte> body, out Span<byte> text)
    {
        var padded = body[cipher.IvLength..^cipher.IcvLength];
        var left = padded.Length - PadLengthOctets - padded[^1];
        text = left >= 0 ? padded[..left] : default;
        return left >= 0;
    }
}
