using System.Security.Cryptography;
using IpsecDp.Ike.Keys.Algorithms;

namespace IpsecDp.Ike.Keys.Macs;

/// <summary>A message authentication code under one key, fed in pieces; used for one message and then thrown away.</summary>
public abstract class KeyedMac : IDisposable
{
    private const int AesKeyLength = 16;

    /// <summary>Octets of the whole code.</summary>
    public abstract int OutputLength { get; }

    /// <summary>The code as a pseudorandom function, which takes a key of any length.</summary>
    public static KeyedMac ForPrf(PrfTransform prf, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(prf);
        return prf.Id switch
        {
            PrfId.AesXcbc => WithXcbcKey(key),
            PrfId.AesCmac => WithCmacKey(key),
            _ => new HmacMac(prf.Hash!.Value, key),
        };
    }

    /// <summary>The code as an integrity algorithm; throws <see cref="ArgumentException"/> for a key of another length.</summary>
    public static KeyedMac ForIntegrity(IntegrityTransform integrity, ReadOnlySpan<byte> key)
    {
        ArgumentNullException.ThrowIfNull(integrity);
        if (key.Length != integrity.KeyLength)
        {
            throw new ArgumentException($"{integrity.Name} takes a key of {integrity.KeyLength} octets", nameof(key));
        }

        return integrity.Id switch
        {
            IntegrityId.AesXcbc96 => AesBlockMac.Xcbc(key),
            IntegrityId.AesCmac96 => AesBlockMac.Cmac(key),
            _ => new HmacMac(integrity.Hash!.Value, key),
        };
    }

    /// <summary>Takes the next piece of the message.</summary>
    public abstract void Append(ReadOnlySpan<byte> octets);

    /// <summary>Writes the first octets of the code, as many as <paramref name="destination"/> holds.</summary>
    public void Finish(Span<byte> destination)
    {
        Span<byte> whole = stackalloc byte[OutputLength];
        FinishWhole(whole);
        whole[..destination.Length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(whole);
    }

    /// <summary>Whether the code begins with <paramref name="expected"/>, compared in constant time.</summary>
    public bool Matches(ReadOnlySpan<byte> expected)
    {
        Span<byte> whole = stackalloc byte[OutputLength];
        FinishWhole(whole);
        return expected.Length is > 0 && expected.Length <= whole.Length && CryptographicOperations.FixedTimeEquals(whole[..expected.Length], expected);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes the whole code.</summary>
    protected abstract void FinishWhole(Span<byte> destination);

    /// <summary>Zeroes what the code was computed with.</summary>
    protected abstract void Release();

    // RFC 4434 §2: a short key is padded with zeros, a long one is first shortened under a key of zeros.
    private static AesBlockMac WithXcbcKey(ReadOnlySpan<byte> key)
    {
        Span<byte> fitted = stackalloc byte[AesKeyLength];
        if (key.Length <= AesKeyLength)
        {
            key.CopyTo(fitted);
        }
        else
        {
            using var shortening = AesBlockMac.Xcbc(fitted);
            shortening.Append(key);
            shortening.Finish(fitted);
        }

        var mac = AesBlockMac.Xcbc(fitted);
        CryptographicOperations.ZeroMemory(fitted);
        return mac;
    }

    // RFC 4615 §3: every key that is not 128 bits, a shorter one too, is shortened under a key of zeros.
    private static AesBlockMac WithCmacKey(ReadOnlySpan<byte> key)
    {
        Span<byte> fitted = stackalloc byte[AesKeyLength];
        if (key.Length == AesKeyLength)
        {
            key.CopyTo(fitted);
        }
        else
        {
            using var shortening = AesBlockMac.Cmac(fitted);
            shortening.Append(key);
            shortening.Finish(fitted);
        }

        var mac = AesBlockMac.Cmac(fitted);
        CryptographicOperations.ZeroMemory(fitted);
        return mac;
    }
}
