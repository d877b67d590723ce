namespace IpsecDp.Ike.Keys;

/// <summary>Ni and Nr of one exchange. That a peer's has 16 to 256 octets (RFC 7296 §3.9) was checked when its payload was read; here 8 are enough, as NIST's vectors have.</summary>
public sealed class NoncePair
{
    private const int Shortest = 8;
    private const int Longest = 256;

    private readonly byte[] _joined;
    private readonly int _initiatorLength;

    /// <summary>Takes copies of both; throws <see cref="ArgumentException"/> for one under 8 or over 256 octets.</summary>
    public NoncePair(ReadOnlySpan<byte> initiator, ReadOnlySpan<byte> responder)
    {
        if (!IsLength(initiator.Length) || !IsLength(responder.Length))
        {
            throw new ArgumentException($"a nonce has {Shortest} to {Longest} octets");
        }

        _joined = [.. initiator, .. responder];
        _initiatorLength = initiator.Length;
    }

    /// <summary>Ni.</summary>
    public ReadOnlyMemory<byte> Initiator => _joined.AsMemory(0, _initiatorLength);

    /// <summary>Nr.</summary>
    public ReadOnlyMemory<byte> Responder => _joined.AsMemory(_initiatorLength);

    /// <summary>Ni | Nr.</summary>
    public ReadOnlyMemory<byte> Joined => _joined;

    /// <summary>The first octets of each nonce, joined.</summary>
    internal ReadOnlyMemory<byte> Cut(int each) => (byte[])[.. _joined.AsSpan(0, each), .. _joined.AsSpan(_initiatorLength, each)];

    private static bool IsLength(int length) => length is >= Shortest and <= Longest;
}
