using IpsecDp.Ike.Messages.Protection;

namespace IpsecDp.Fuzz.Ike;

/// <summary>A cipher that hides nothing and proves by a sum, so that what is behind it can be reached by hand and by mutation.</summary>
public sealed class PlainIkeCipher(int ivLength, int blockLength, int icvLength, bool believesAll = false) : IIkeCipher
{
    /// <inheritdoc/>
    public int IvLength { get; } = ivLength;

    /// <inheritdoc/>
    public int BlockLength { get; } = blockLength;

    /// <inheritdoc/>
    public int IcvLength { get; } = icvLength;

    /// <inheritdoc/>
    public void Seal(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        body[..IvLength].Fill(0x1F);
        Sum(associated, body[..^IcvLength], body[^IcvLength..]);
    }

    /// <inheritdoc/>
    public bool TryOpen(ReadOnlySpan<byte> associated, Span<byte> body)
    {
        Span<byte> expected = stackalloc byte[IcvLength];
        Sum(associated, body[..^IcvLength], expected);
        return believesAll || body[^IcvLength..].SequenceEqual(expected);
    }

    // FNV-1a, an octet at a time: every turned bit changes it.
    private static void Sum(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> text, Span<byte> icv)
    {
        var sum = 0xCBF29CE484222325;
        foreach (var octet in associated)
        {
            sum = (sum ^ octet) * 0x100000001B3;
        }

        foreach (var octet in text)
        {
            sum = (sum ^ octet) * 0x100000001B3;
        }

        for (var i = 0; i < icv.Length; i++)
        {
            icv[i] = (byte)(sum >> (8 * (i % 8)));
        }
    }
}
