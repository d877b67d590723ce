namespace IpsecDp.Crypto.Platform;

/// <summary>A keyed message authentication code; for one thread at a time.</summary>
internal interface IKeyedMac : IDisposable
{
    /// <summary>Writes the leading octets of the code over <paramref name="octets"/> followed by <paramref name="behind"/>.</summary>
    void Compute(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> behind, Span<byte> code);
}
