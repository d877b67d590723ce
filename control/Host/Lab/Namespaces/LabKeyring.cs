using System.Security.Cryptography;
using IpsecDp.Crypto;

namespace IpsecDp.Host.Lab.Namespaces;

/// <summary>Fresh random keys of one direction.</summary>
internal sealed class LabKeyring(CipherSuite suite, uint spi) : IDisposable
{
    private readonly byte[] _material = RandomNumberGenerator.GetBytes(suite.KeyLength + suite.SaltLength + suite.IntegrityKeyLength);

    /// <summary>The SPI they belong to.</summary>
    public uint Spi => spi;

    /// <summary>The cipher's key, its salt behind it; empty where nothing is encrypted.</summary>
    public ReadOnlySpan<byte> Encryption => _material.AsSpan(0, suite.KeyLength + suite.SaltLength);

    /// <summary>The MAC's key; empty where the cipher has its own.</summary>
    public ReadOnlySpan<byte> Integrity => _material.AsSpan(suite.KeyLength + suite.SaltLength);

    /// <summary>Zeroes them.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_material);
}
