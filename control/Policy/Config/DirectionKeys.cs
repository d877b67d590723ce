namespace IpsecDp.Policy.Config;

/// <summary>SPI and keys of one layer in one direction; null where not given.</summary>
internal sealed record DirectionKeys(Placed<uint>? Spi, KeyMaterial? Encryption, KeyMaterial? Integrity) : IDisposable
{
    /// <summary>Whether anything is given.</summary>
    public bool IsEmpty => Spi is null && Encryption is null && Integrity is null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Encryption?.Dispose();
        Integrity?.Dispose();
    }
}
