namespace IpsecDp.Crypto;

/// <summary>Where header, IV, payload and ICV lie in an ESP packet of one suite (RFC 4303 §2).</summary>
internal readonly record struct PacketGeometry(int IvLength, int IcvLength, int BlockLength)
{
    /// <summary>Octets of SPI and low sequence half.</summary>
    public const int HeaderLength = 8;

    private int Overhead => HeaderLength + IvLength + IcvLength;

    public static PacketGeometry Of(CipherSuite suite) => new(suite.IvLength, suite.IcvLength, suite.Encryption switch
    {
        EncryptionAlgorithm.AesCbc => 16,
        EncryptionAlgorithm.TripleDesCbc => 8,
        _ => 1,
    });

    /// <summary>Whether a packet of this many octets holds every field and whole cipher blocks.</summary>
    public bool Fits(int length) => length >= Overhead && (length - Overhead) % BlockLength == 0;

    /// <summary>Throws <see cref="ArgumentException"/> for a packet that a sealer has laid out wrongly.</summary>
    public void Require(int length)
    {
        if (!Fits(length))
        {
            throw new ArgumentException($"a packet of {length} octets does not hold {Overhead} octets of framing and whole blocks of {BlockLength}");
        }
    }

    public ReadOnlySpan<byte> Iv(ReadOnlySpan<byte> packet) => packet.Slice(HeaderLength, IvLength);

    public Span<byte> Payload(Span<byte> packet) => packet[(HeaderLength + IvLength)..^IcvLength];

    public Span<byte> Authenticated(Span<byte> packet) => packet[..^IcvLength];

    public Span<byte> Icv(Span<byte> packet) => packet[^IcvLength..];
}
