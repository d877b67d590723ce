using System.Runtime.CompilerServices;

namespace IpsecDp.Wire.Ipsec;

/// <summary>Payload, padding, pad length and next header as they stand after decryption (RFC 4303 §2.4 to §2.6); exists only if the padding it states lies within the octets.</summary>
public readonly ref struct EspTrailerView
{
    /// <summary>Octets of pad length and next header.</summary>
    public const int Length = 2;

    /// <summary>Largest value of the pad length field.</summary>
    public const int MaximumPadLength = 255;

    private readonly Span<byte> _octets;

    private EspTrailerView(Span<byte> octets) => _octets = octets;

    /// <summary>Octets of padding.</summary>
    public byte PadLength => _octets[^2];

    /// <summary>What the payload is; 59 marks a dummy packet (RFC 4303 §2.6).</summary>
    public byte NextHeader => _octets[^1];

    /// <summary>What stands before the padding; TFC padding, if the sender used it, is still in.</summary>
    public Span<byte> Payload => _octets[..^(PadLength + Length)];

    /// <summary>The padding.</summary>
    public Span<byte> Padding => _octets[^(PadLength + Length)..^Length];

    /// <summary>Looks at the lengths once; a pad length larger than what stands before it is refused.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryView(Span<byte> payloadWithTrailer, out EspTrailerView view)
    {
        view = default;
        if (payloadWithTrailer.Length < Length || payloadWithTrailer[^2] > payloadWithTrailer.Length - Length)
        {
            return false;
        }

        view = new EspTrailerView(payloadWithTrailer);
        return true;
    }

    /// <summary>Fills octets with the default padding, its length and the next header; 2 to 257 octets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> trailer, byte nextHeader)
    {
        var padLength = trailer.Length - Length;
        for (var i = 0; i < padLength; i++)
        {
            trailer[i] = (byte)(i + 1);
        }

        trailer[^2] = checked((byte)padLength);
        trailer[^1] = nextHeader;
    }

    /// <summary>Whether the padding counts 1, 2, 3 … as RFC 4303 §2.4 asks where the cipher names no other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasDefaultPadding()
    {
        var padding = Padding;
        var difference = 0;
        for (var i = 0; i < padding.Length; i++)
        {
            difference |= padding[i] ^ (i + 1);
        }

        return difference == 0;
    }
}
